/** An instance's files. */
import { queryOptions } from '@tanstack/react-query'
import { answered, client } from '@/lib/client'

/** As the draft makes them and as last sent; with `readBack` also as the container holds them just now. */
export function configurationQuery(id: string, readBack: boolean) {
  return queryOptions({
    queryKey: ['configuration', id, readBack],
    queryFn: ({ signal }) =>
      answered(
        client.GET('/api/v1/instances/{instance_id}/configuration', {
          signal,
          params: { path: { instance_id: id }, query: { read_back: readBack } },
        }),
      ),
    staleTime: readBack ? Infinity : 0,
    retry: false,
  })
}
