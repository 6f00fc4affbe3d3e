/** A publication, and in it what was read. */
export interface MorphometrySource {
  /** Authors as far as known, title or journal, volume, pages, year. */
  readonly citation: string;
  /** doi:… or an address. */
  readonly at: string;
  /** Whom and how it measured, and how a number of the table comes from what it prints. */
  readonly what: string;
}

const SOURCES = {
  rekha: {
    citation: "Rekha and D'Sa, Int J Anat Res 4 (2016) 1981–1984",
    at: "https://ijmhr.org/ijar.4.1/IJAR.2016.125.html",
    what: "100 dry atlases; abstract. Canal width and span as printed; canal depth: inner depth of the ring, 28.51, less that of the dens",
  },
  patel: {
    citation: "Patel and Gupta, A morphometric study of adult human atlas vertebrae, Int J Res Med Sci",
    at: "https://www.msjonline.org/index.php/ijrms/article/view/291",
    what: "100 dry atlases; abstract. Posterior arch at the groove of the artery, mean of 4.15 right and 3.99 left",
  },
  su: {
    citation: "Su et al., Global Spine J 8 (2018) 507–511",
    at: "doi:10.1177/2192568217744530",
    what: "atlases of cadavers, 42 lateral masses; abstract",
  },
  axis52: {
    citation: "Body and odontoid process of 52 dry axis vertebrae (CORE 303973137)",
    at: "https://core.ac.uk/works/303973137",
    what: "abstract. C2: means of upper and lower width, front and back height. The body of C1 is the dens",
  },
  kaurJ: {
    citation: "Kaur et al., Int J Anat Res 5 (2017) 4711–4715",
    at: "doi:10.16965/ijar.2017.454",
    what: "50 dry axes; abstract. Means of the upper and the lower opening of the canal",
  },
  smith: {
    citation: "Smith et al., Anatomical considerations for subaxial (C2) pedicle screw placement",
    at: "https://moh-it.pure.elsevier.com/en/publications/anatomical-considerations-for-subaxial-c2-pedicle-screw-placement",
    what: "CT, men among 93 patients; abstract",
  },
  laminaC2: {
    citation: "C2 anatomy for translaminar screw placement, Asian Spine J 9 (2015) 205–209",
    at: "doi:10.4184/asj.2015.9.2.205",
    what: "CT of 200 adults, outer width of the lamina; abstract",
  },
  galloway: {
    citation: "Cervical vertebrae at the Galloway osteological collection: a morphometric study",
    at: "https://discovery.researcher.life/article/cervical-vertebrae-at-the-galloway-osteological-collection-a-morhphometric-study/79462dc4dd6a328585848b2bc4f24086",
    what: "404 dry vertebrae C3–C6; abstract",
  },
  northwestIndia: {
    citation: "Anthropometry of bodies of C3–C6 cervical vertebrae in northwest Indian population",
    at: "https://discovery.researcher.life/article/anthropometry-of-bodies-of-c3c6-cervical-vertebrae-in-northwest-indian-population-a-crosssectional-study/70e8486501af306698b0014e39016097",
    what: "164 dry vertebrae, front height; abstract",
  },
  cervicalCt: {
    citation:
      "Morphologic evaluation of cervical spine anatomy with CT, J Spinal Disord Tech 17 (2004) 102–107",
    at: "doi:10.1097/00024720-200404000-00004",
    what: "CT of 50 men; abstract. Depth of every body 17 to 18: the middle of it",
  },
  shin: {
    citation: "Shin et al., Surg Neurol Int 15 (2024) 196",
    at: "doi:10.25259/SNI_279_2024",
    what: "CT of 1000 adults of 18 to 35 years; abstract. Means over the levels: distance of the pedicles C3–C7, middle height of the discs",
  },
  alsaleh: {
    citation: "Alsaleh et al., Int J Spine Surg 15 (3) 413",
    at: "http://ijssurgery.com/content/15/3/413.full.txt",
    what: "CT of 270 patients; abstract",
  },
  britspine: {
    citation:
      "Cervical pedicle morphology in live subjects from the UK, J Bone Joint Surg Br 90-B Supp III, 456d",
    at: "doi:10.1302/0301-620X.90BSUPP_III.0900456d",
    what: "CT of 54 patients; abstract. 180° less the printed 130° at C3 and 140° at C7",
  },
  typicalCervical: {
    citation: "Anatomical dimensions of the typical cervical vertebrae, Eur J Anat (2020) 9–15",
    at: "https://researcher.manipal.edu/en/publications/anatomical-dimensions-of-the-typical-cervical-vertebrae-and-their",
    what: "100 dry typical (C3–C6) vertebrae, one mean over the levels; abstract",
  },
  kang: {
    citation: "Kang et al., Korean J Spine 9 (2012) 165–169",
    at: "doi:10.14245/kjs.2012.9.3.165",
    what: "CT of 83 adults of 20 to 29 years; abstract",
  },
  yun: {
    citation:
      "Yun, Radiological measurement of interpediculate distance of each thoracic vertebra, J Korean Neurosurg Soc",
    at: "https://www.jkns.or.kr/journal/view.php?number=6682",
    what: "radiographs, men; abstract",
  },
  kaurK: {
    citation: "Kaur et al., J Clin Orthop Trauma 7 (2016) 101–108",
    at: "doi:10.1016/j.jcot.2015.12.002",
    what: "CT of 50 patients; abstract",
  },
  demiroz: {
    citation: "Demiroz and Erdem, Turkish Neurosurgery, CT of 1512 thoracic pedicles",
    at: "doi:10.5137/1019-5149.JTN.26848-19.2",
    what: "CT; abstract",
  },
  greekPedicles: {
    citation:
      "Pedicle dimensions of the thoracic and lumbar vertebrae in the Greek population, Clin Anat 18 (2005) 404–408",
    at: "https://www.ncbi.nlm.nih.gov/pubmed/16015613",
    what: "16 spines of cadavers, outer height; abstract",
  },
  typicalThoracic: {
    citation:
      "A morphometric study of the vertebral body in dry human typical thoracic vertebrae, IJAPB 1 (1)",
    at: "http://www.eternalpublication.com/ijapb/A_Morphometric_Study_of_the_Vertebral_Body_in_Dry_Human_Typical_Thoracic_Vertebrae_Volume_1_Issue_1_.php",
    what: "200 dry typical (T2–T8) vertebrae; abstract. Their one mean is put at T5",
  },
  egwu: {
    citation: "Egwu et al., J Anat Soc India 68 (2019) 110–118",
    at: "doi:10.4103/JASI.JASI_8_19",
    what: "26 sets of dry vertebrae of men; abstract. Heights: means of front and back",
  },
  palm: {
    citation: "Palm et al., Sci Rep (2025), CT assessment of 3117 vertebrae",
    at: "https://www.nature.com/articles/s41598-025-05091-0",
    what: "CT of 262 adults; abstract. From T9 to L1 a man's vertebrae grow by 1.53 mm a level: added to the height of T9",
  },
  fletcher: {
    citation: "Fletcher et al., Eur Spine J (2015)",
    at: "doi:10.1007/s00586-015-3925-y",
    what: "CT of 70 men, front height; abstract",
  },
  gujarat: {
    citation: "Calculation of canal/body ratio for lumbar spinal canal in dried vertebrae in Gujarat (2012)",
    at: "https://acemap.info/paper/383412159",
    what: "dry vertebrae of 32 men; abstract",
  },
  byun: {
    citation: "Byun and Kim, J Korean Orthop Assoc 18 (1983) 445–452",
    at: "doi:10.4055/jkoa.1983.18.3.445",
    what: "radiographs, men among 290 adults; abstract",
  },
  maori: {
    citation: "Lumbar vertebrae of Māori and Europeans, Int J Spine Surg, table 6 (L5)",
    at: "http://ijssurgery.com/highwire/markup/11003/expansion",
    what: "CT, men. Height: mean of front, 30.7, and back, 26.8; depth: mean of upper, 37.1, and lower, 36.7",
  },
  chitwan: {
    citation: "Morphometric study of lumbar vertebral pedicles, Chitwan Medical College",
    at: "https://researchgate.net/publication/360691777_MORPHOMETRIC_STUDY_OF_LUMBAR_VERTEBRAL_PEDICLES",
    what: "50 dry lumbar vertebrae, left side; abstract",
  },
  singh: {
    citation: "Singh, Pahuja and Khatri, Asian J Pharm Health Sci 3 (2013) 830–834",
    at: "http://ajphs.com/article/2013/3/4/830-834",
    what: "20 dry sets of lumbar vertebrae; abstract",
  },
  tpa: {
    citation:
      "Transverse pedicle angle is associated with pelvic incidence, Global Spine J 12 (2022) 359–365",
    at: "doi:10.1177/2192568220951190",
    what: "CT of 66 controls; abstract",
  },
  asymptomaticDiscs: {
    citation:
      "Lumbar intervertebral disc height and sagittal alignment among asymptomatic young adults, J Orthop Surg Res 13 (2018) 34",
    at: "doi:10.1186/s13018-018-0737-x",
    what: "MR of 169 volunteers; abstract. The middles of the printed reference ranges",
  },
  koreanLaminae: {
    citation:
      "Thickness and angles of the vertebral laminae of Korean adults, Korean J Phys Anthropol 9 (1996) 117–122",
    at: "doi:10.11637/kjpa.1996.9.2.117",
    what: "90 dry columns; abstract",
  },
  laminaT1: {
    citation: "Ideal T1 laminar screw fixation, BMC Musculoskelet Disord (2017)",
    at: "doi:10.1186/s12891-017-1604-3",
    what: "CT of 62 patients, least outer width of the lamina; abstract",
  },
  wang: {
    citation: "Wang et al., Lumbar laminae by CT, World Neurosurg (2024)",
    at: "https://metajournal.com/articles/1770337",
    what: "CT of 62 patients, one mean over L1–L5 in the middle of the lamina; abstract",
  },
  anatolianSacra: {
    citation: "Comparative morphometry of the sacrum, 32 Anatolian sacra",
    at: "https://staging.scite.ai/reports/comparative-morphometry-of-the-sacrum-mOPRej9n",
    what: "dry bones; abstract",
  },
  sacrumMri: {
    citation:
      "Sexual dimorphism of the sacrum in South Indian population using MRI, Int J Pharma Bio Sci (2015) B398–B404",
    at: "https://manipal.pure.elsevier.com/en/publications/sexual-dimorphism-of-the-sacrum-in-south-indian-population-using-",
    what: "MR of 25 men; abstract. Depth: upper; height: mean of front, 28.16, and back, 21.99",
  },
  okutan: {
    citation: "Okutan et al., Neuroanatomy 2 (2003) 16–19",
    at: "https://neuroanatomy.org/archive/15",
    what: "dry sacra of 18 men; abstract",
  },
  imaios: {
    citation: "IMAIOS e-Anatomy, Vertebra S1, after Ebraheim et al. (1998) and Chapman et al. (2020)",
    at: "https://www.imaios.cn/en/e-anatomy/anatomical-structures/s1-121124376",
    what: "“about” 20 and 30 mm, second hand",
  },
  frostell: {
    citation: "Frostell et al., Front Neurol 7 (2016) 238",
    at: "doi:10.3389/fneur.2016.00238",
    what: "review of 11 studies; abstract. Segments C5, T8 and L3 are put at the vertebrae C5, T7 and T12",
  },
  sherman: {
    citation: "Sherman, Nassaux and Citrin, AJNR 11 (1990) 369",
    at: "https://www.ajnr.org/content/11/2/369",
    what: "66 MR studies, at vertebral levels; abstract",
  },
  jayashree: {
    citation: "Jayashree et al., MR morphometry of the spinal cord in 60 healthy participants",
    at: "https://staging.scite.ai/authors/jayashree-rg-nl4OPP",
    what: "MR of 30 men; abstract",
  },
} satisfies Record<string, MorphometrySource>;

/** Name of a source in {@link MORPHOMETRY_SOURCES}. */
export type MorphometrySourceId = keyof typeof SOURCES;

/** The publications from which sizes of the spine were read, by name; men where they tell the sexes apart. */
export const MORPHOMETRY_SOURCES: Readonly<Record<MorphometrySourceId, MorphometrySource>> =
  Object.freeze(SOURCES);
