/** A form whose fields show what the coordinator says about them. */
import { useForm, type UseFormInput } from '@mantine/form'
import { useEffect, useState } from 'react'
import { problemsByField } from '@/lib/problems'
import type { ProblemFacts } from '@/lib/types'

/** Mantine's form, plus `rest`: problems of no field; `sending` runs a change and sorts its refusal to the fields. */
export function useProblemForm<Values extends Record<string, unknown>>(input: UseFormInput<Values>) {
  const form = useForm<Values>(input)
  const [rest, setRest] = useState<ProblemFacts[]>([])
  const [refusals, setRefusals] = useState(0)
  useEffect(() => {
    if (refusals > 0) focusFirstProblem()
  }, [refusals])

  async function sending(send: () => Promise<void>): Promise<void> {
    form.clearErrors()
    setRest([])
    try {
      await send()
    } catch (error) {
      const problems = problemsByField(error, Object.keys(form.getValues()))
      form.setErrors(problems.fields)
      setRest(problems.rest)
      setRefusals((count) => count + 1)
    }
  }

  return { form, rest, sending }
}

/** Move the focus to the first field marked invalid, where the next keystroke is wanted. */
function focusFirstProblem(): void {
  document.querySelector<HTMLElement>('[role="dialog"] [aria-invalid="true"]')?.focus()
}
