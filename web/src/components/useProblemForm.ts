/** A form whose fields show what the coordinator says about them. */
import { useForm, type UseFormInput } from '@mantine/form'
import { useState } from 'react'
import { problemsByField } from '@/lib/problems'
import type { ProblemFacts } from '@/lib/types'

/** Mantine's form, plus `rest`: problems of no field; `sending` runs a change and sorts its refusal to the fields. */
export function useProblemForm<Values extends Record<string, unknown>>(input: UseFormInput<Values>) {
  const form = useForm<Values>(input)
  const [rest, setRest] = useState<ProblemFacts[]>([])

  async function sending(send: () => Promise<void>): Promise<void> {
    form.clearErrors()
    setRest([])
    try {
      await send()
    } catch (error) {
      const problems = problemsByField(error, Object.keys(form.getValues()))
      form.setErrors(problems.fields)
      setRest(problems.rest)
      focusFirstProblem()
    }
  }

  return { form, rest, sending }
}

/** Move the focus to the first field marked invalid, once the marks are on screen. */
function focusFirstProblem(): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>('[role="dialog"] [aria-invalid="true"]')?.focus()
  })
}
