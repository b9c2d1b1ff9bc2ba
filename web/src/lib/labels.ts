/** Labels as a person types them: `site=north`. */

export type Labels = Record<string, string>

/** `{site: 'north'}` as `['site=north']`, ordered by key. */
export function labelTexts(labels: Labels): string[] {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => (value === '' ? key : `${key}=${value}`))
}

/** The other way round; a text without `=` is a label with an empty value, the last of two equal keys counts. */
export function labelsFromTexts(texts: readonly string[]): Labels {
  const pairs = texts.map((text) => {
    const [key = '', ...value] = text.split('=')
    return [key.trim(), value.join('=').trim()] as const
  })
  return Object.fromEntries(pairs.filter(([key]) => key !== ''))
}
