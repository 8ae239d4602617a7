import { analyzeBundle } from '../../plugin/cli/analyze-bundle.ts'
import { labelledIn } from './labelled.ts'
import { type Score, scoreOf } from './score.ts'

/** Analyzes all labelled bundles in the folders, sequentially to limit memory. */
export async function scoreFolders(folders: readonly string[]): Promise<readonly Score[]> {
  const scores: Score[] = []
  for (const { name, path, expected } of folders.flatMap(labelledIn)) {
    const { report } = await analyzeBundle(path)
    scores.push(scoreOf(name, expected, report))
  }
  return scores
}
