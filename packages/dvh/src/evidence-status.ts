/**
 * How far a number or a definition is backed.
 *
 * - `read`: seen in the source named beside it (often an abstract or one table, not the whole paper)
 * - `computed`: follows by a formula from what was read
 * - `unverified default`: customary, not seen in an opened source; outputs show this label
 */
export type EvidenceStatus = "read" | "computed" | "unverified default";
