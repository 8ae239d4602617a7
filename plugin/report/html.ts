import { h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { Report } from '../engine/report.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { Page } from './html/page.tsx'

/** A table of a view as text, for a page. */
export interface PageTable {
  readonly title: string
  readonly text: string
}

/**
 * The report as one HTML page that needs nothing else: no script, no request, readable from a file, on paper and on a
 * phone. The same input gives the same bytes; long lists are cut and counted.
 */
export const renderHtml = (report: Report, snapshot: Snapshot, tables: readonly PageTable[] = []): string =>
  `<!doctype html>\n${renderToString(h(Page, { report, snapshot, tables }))}\n`
