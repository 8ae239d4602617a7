import { h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { Report } from '../engine/report.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { Page } from './html/page.tsx'

/** A view's table as text, for the HTML page. */
export interface PageTable {
  readonly title: string
  readonly text: string
}

/**
 * Renders the report as one self-contained HTML page: no scripts, no requests, readable as a file, on paper and on a
 * phone. The same input gives the same bytes; long lists are truncated with a count.
 */
export const renderHtml = (report: Report, snapshot: Snapshot, tables: readonly PageTable[] = []): string =>
  `<!doctype html>\n${renderToString(h(Page, { report, snapshot, tables }))}\n`
