/** A host's hardware in one line. */
import { counted, memoryText } from '@/lib/ages'
import type { Agent } from '@/lib/types'

/** `8 cores, 31.3 GiB, 2 × NVIDIA L4`. */
export function hardwareText(inventory: Agent['inventory']): string {
  const parts = [counted(inventory.cpu_cores, 'core'), memoryText(inventory.memory_mib), gpusText(inventory)]
  return parts.join(', ')
}

function gpusText({ gpus }: Agent['inventory']): string {
  if (gpus.length === 0) return 'no GPU'
  const counts = new Map<string, number>()
  for (const gpu of gpus) counts.set(gpu.name, (counts.get(gpu.name) ?? 0) + 1)
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`)).join(', ')
}
