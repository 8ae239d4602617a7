/**
 * An API list without its Secret objects, which may occur in lists of mixed kinds; the same object when it has none.
 */
export function dropSecretObjects(list: unknown): unknown {
  if (typeof list !== 'object' || list === null || !('items' in list) || !Array.isArray(list.items)) return list
  const items = list.items.filter(item => !isSecret(item))
  return items.length === list.items.length ? list : { ...list, items }
}

const isSecret = (item: unknown): boolean =>
  typeof item === 'object' && item !== null && 'kind' in item && item.kind === 'Secret'
