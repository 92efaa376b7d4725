import { BlastSkeleton } from "../../components/blast/blast-skeleton.tsx";

export default function Loading() {
  return <BlastSkeleton />;
}
