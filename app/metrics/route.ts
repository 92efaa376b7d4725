import { answerRoute } from "#lib/server/route.ts";

export const dynamic = "force-dynamic";

export const GET = answerRoute;
