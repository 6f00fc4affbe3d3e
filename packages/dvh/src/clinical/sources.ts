/**
 * Where the clinical tables come from: work, and the place where it was read. Figures were copied number by number, text is in
 * the words of this project.
 */
export const CLINICAL_SOURCES = Object.freeze({
  tg101:
    "AAPM TG-101, Benedict et al., Med Phys 37 (2010) 4078, Table III; read in the transcription at en.wikibooks.org, Radiation Oncology/Toxicity/AAPM TG101; an erratum exists (Med Phys 39 (2012) 563, doi:10.1118/1.3671956, PMID 36695548) whose content was not read",
  tg101FiveFractions:
    "AAPM TG-101, Benedict et al., Med Phys 37 (2010) 4078, Table III, 5 fractions; read in a hospital's list of five-fraction limits at scribd.com/document/606198716; an erratum exists (doi:10.1118/1.3671956) whose content was not read",
  tg101SingleFraction:
    "AAPM TG-101, Benedict et al., Med Phys 37 (2010) 4078, Table III, 1 fraction; read as the limits of a phase I trial in Radiat Oncol 6 (2011) 146, PMC3247184 Table 1",
  tg101Unread:
    "AAPM TG-101, Benedict et al., Med Phys 37 (2010) 4078, Table III, parallel tissues; this entry was not seen in an opened source",
  hytec:
    "HyTEC, Sahgal et al., Int J Radiat Oncol Biol Phys 110 (2021) 124, doi:10.1016/j.ijrobp.2019.09.038; abstract read at stanfordhealthcare.org",
  quantecCord:
    "QUANTEC, Kirkpatrick et al., Int J Radiat Oncol Biol Phys 76 (2010) S42; abstract read at cld.bz (ESTRO IMRT course 2013, page 1012)",
  quantecCordTwoGray:
    "QUANTEC estimates as given by Bodensohn et al., Neuro-Oncol Adv 6 Suppl 3 (2024) iii101, doi:10.1093/noajnl/vdad158 (introduction read)",
  quantecUnread:
    "QUANTEC, Marks et al., Int J Radiat Oncol Biol Phys 76 (2010) S10; this entry was not seen in an opened source",
  spineInstitution:
    "institutional constraints for one- and two-fraction spine treatments, BMC Cancer 25 (2025) 323, doi:10.1186/s12885-025-13655-6, PMC11846292 Table 1 (read)",
  sins: "SINS, Fisher et al., Spine 35 (2010) E1221, and Fourney et al., J Clin Oncol 29 (2011) 3072; points and classes read at pacs.de, calculators at cancercalc.com agree",
  escc: "Bilsky et al., J Neurosurg Spine 13 (2010) 324; grades read at radiopaedia.org, epidural spinal cord compression scale",
  nomsReview:
    "review of the NOMS decision framework, 2010 (abstract read at synapse.mskcc.org/synapse/works/4013)",
  noms2013:
    "Laufer et al., Oncologist 18 (2013) 744, doi:10.1634/theoncologist.2012-0293; abstract read at read.qxmd.com/read/23709750",
  radiosensitivityAo:
    "AO Surgery Reference, classification of tumour radiosensitivity (aofoundation.org, read)",
  radiosensitivityEscc:
    "footnote of an algorithm for epidural cord compression, UpToDate graphic 60269 (a public copy was read)",
  radiosensitivityBalagamwala:
    "grouping of histologies in Balagamwala et al., J Neurooncol 137 (2018) 289, doi:10.1007/s11060-017-2716-1 (abstract read)",
  guckenberger:
    "Guckenberger et al., Radiat Oncol 9 (2014) 226, PMC4205292; 301 patients, 387 vertebrae (abstract read)",
  sahgalFracture:
    "Sahgal et al., J Clin Oncol 31 (2013) 3426, doi:10.1200/JCO.2013.50.1411, PMC6076012; 252 patients, 410 segments (abstract read)",
  fractureTable: "summary of risk factors in Adv Radiat Oncol 4 (2019) 20, PMC6349598 Table 1 (read)",
  fractureV15:
    "single-fraction series of 179 vertebrae, J Bone Oncol 28 (2021) 100368, PMID 34026479 (abstract read)",
  fractureEscc: "single-fraction series of 149 regions, PMC6790856 (abstract read)",
  chao: "Chao et al., Int J Radiat Oncol Biol Phys 82 (2012) 1738, doi:10.1016/j.ijrobp.2011.02.019; 174 patients (abstract read)",
  balagamwala:
    "Balagamwala et al., J Neurooncol 137 (2018) 289, doi:10.1007/s11060-017-2716-1; 444 patients (abstract read)",
  sc24: "CCTG SC.24, Sahgal et al., Lancet Oncol 22 (2021) 1023; read in the trial group's report at ctg.queensu.ca",
  rtog0631:
    "RTOG 0631, Ryu et al., JAMA Oncol 9 (2023) 800; 339 patients, up to 3 sites; read in the summary at quadshotnews.com",
  zelefsky:
    "Zelefsky et al., Int J Radiat Oncol Biol Phys 110 (2021) 672, doi:10.1016/j.ijrobp.2021.01.004; 117 patients, 154 lesions, at most 5 each (abstract read)",
  ghia: "Ghia et al., J Neurosurg Spine 24 (2016) 829, doi:10.3171/2015.8.SPINE15844; renal cell carcinoma, 47 sites (abstract read)",
  boehling:
    "Boehling et al., J Neurosurg Spine 16 (2012) 379; 123 vertebral bodies (abstract read at themednet.org)",
  rades:
    "introduction of a matched-pair study of long-course radiotherapy for cord compression, preprints.org 202403.0108 (read)",
  sahgalSalvage:
    "Sahgal et al., Int J Radiat Oncol Biol Phys 74 (2009) 723; 60 metastases, 37 irradiated before (abstract read at aboutcancer.com)",
  reirradiation25:
    "single-institution series of 40 patients irradiated again, 2020 (abstract read at acemap.info/paper/464872233)",
  sahgalReirradiation:
    "Sahgal et al., Int J Radiat Oncol Biol Phys 82 (2012) 107; 19 patients (abstract read at stanfordhealthcare.org)",
  myrehaug:
    "International Stereotactic Radiosurgery Society guideline, Myrehaug et al., J Neurosurg Spine 27 (2017) 428 (abstract read at amsterdamumc.org)",
  sachdev:
    "Sachdev et al., Neurosurgery 69 (2011) 533; 103 benign intradural extramedullary tumours (abstract read)",
  marchetti: "Marchetti et al., Acta Neurochir 155 (2013) 1215; benign spinal tumours (abstract read)",
  benignSeries:
    "table of benign spinal series in Neurofunction 21(1) (2025), e-neurofunction.org (Chin 2019, Kalash 2018, Boyce-Fappiano 2018; read)",
  haemangioblastoma:
    "spinal haemangioblastoma, 46 tumours, image-guided radiosurgery 2001–2011 (abstract read at discovery.researcher.life, Image-guided stereotactic radiosurgery for treatment of spinal hemangioblastoma)",
  chordomaStanford:
    "Ho et al., ASTRO 2024 abstract, 47 patients with chordoma, 73 sites (read at astro2024.eventscribe.net)",
  chordomaCleveland:
    "Jung et al., Technol Cancer Res Treat 16 (2017) 302, doi:10.1177/1533034616652775, PMC5616044; 12 cases (abstract read)",
  chondrosarcoma:
    "Vasudevan et al., Front Surg 4 (2017) 35, doi:10.3389/fsurg.2017.00035; 16 chordomas, 4 chondrosarcomas (abstract read)",
  ependymomaErc:
    "Ehret et al., Front Oncol 11 (2021) 654251, doi:10.3389/fonc.2021.654251; 32 spinal ependymoma lesions of WHO grade 2 or 3 (abstract read)",
  ependymomaStanford:
    "Shi et al., Stereotact Funct Neurosurg (2019); 40 ependymoma lesions, 10 of them spinal (abstract read at stanfordhealthcare.org)",
  spinalGlioma:
    "study notes on gliomas of the spinal cord, ozradonc.wikidot.com/me:glioma-spinal-cord (total doses read; fraction size not stated there)",
  whoGrades: "WHO grading of CNS tumours as described at pacs.de/term/who-grading-of-cns-tumors (read)",
  whoMyxopapillary:
    "WHO CNS 5 (2021) as reviewed in Pathologica 114 (2022), pathologica.it/article/view/817: myxopapillary ependymoma is grade 2 (abstract read)",
  whoEpendymoma:
    "cIMPACT-NOW update 7, Ellison et al., Brain Pathol 30 (2020) 863, PMC8018155: subependymoma grade 1, myxopapillary ependymoma grade 2, other ependymoma grade 2 or 3 (abstract and introduction read)",
  whoUnread:
    "WHO Classification of Tumours of the Central Nervous System, 5th edition (2021); this entry was not seen in an opened source",
  customary:
    "schedule named in the literature on spine radiosurgery; no opened source gives it for this case",
} as const);
