// The worker of gamma-page.ts, as a page of one's own would have it.
import "isodose/gamma-worker";
