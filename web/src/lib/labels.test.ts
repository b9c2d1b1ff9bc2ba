import { expect, it } from 'vitest'
import { labelsFromTexts, labelTexts } from './labels'

it('shows labels ordered by key and reads them back', () => {
  const labels = { zone: 'b', site: 'north' }
  expect(labelTexts(labels)).toEqual(['site=north', 'zone=b'])
  expect(labelsFromTexts(labelTexts(labels))).toEqual(labels)
})

it('takes a text without a sign as an empty value and keeps further signs in the value', () => {
  expect(labelsFromTexts(['outdoor', 'query=a=b', ' = '])).toEqual({ outdoor: '', query: 'a=b' })
})
