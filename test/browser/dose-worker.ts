// The worker of dose-page.ts, as a page of one's own would have it.
import "isodose/dose-worker";
