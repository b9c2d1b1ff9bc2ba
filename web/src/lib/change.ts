/** Changes sent to the coordinator, after which everything that may look different is asked for again. */
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query'
import { keys } from './resources'

/** A mutation that refreshes `touched`, the plan and the counts once the coordinator has taken it. */
export function useChange<Input, Output>(
  send: (input: Input) => Promise<Output>,
  touched: readonly QueryKey[],
) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSuccess: () => {
      for (const queryKey of [...touched, keys.plan, keys.system])
        void queries.invalidateQueries({ queryKey })
    },
  })
}
