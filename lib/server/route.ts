import { answerRequest } from "./answer-request.ts";
import { respondFailure } from "./respond.ts";
import { getServices } from "./workspace.ts";

/** What every route of the API does: all of them are in one table, see endpoints.ts. */
export async function answerRoute(request: Request): Promise<Response> {
  const services = getServices();
  return services.ok ? answerRequest(request, services.value) : respondFailure(services.error);
}
