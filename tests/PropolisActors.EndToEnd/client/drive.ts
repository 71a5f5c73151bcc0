// Drives a service through one VM's life with a client whose types were generated from the service's own document.
// Usage: node drive.js BASE_URL INPUT_FILE. Prints one line for each step; leaves with an error at the first surprise.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";
import { bodyOnGet, BodyRequest } from "./transport.js";

interface Input {
  ensure: components["schemas"]["InstanceEnsureRequest"];
  disk: string;
  nextVcr: string;
}

declare const process: { argv: string[]; getBuiltinModule(name: "node:fs"): { readFileSync(path: string, enc: "utf8"): string } };

const [baseUrl, inputFile] = process.argv.slice(2);
const input = JSON.parse(process.getBuiltinModule("node:fs").readFileSync(inputFile!, "utf8")) as Input;
const api = createClient<paths>({
  baseUrl: baseUrl!,
  headers: { "api-version": "5.0.0" },
  Request: BodyRequest as unknown as typeof Request,
  fetch: bodyOnGet,
});

type State = components["schemas"]["InstanceState"];

function say(step: string, result: string): void {
  console.log(`${step}: ${result}`);
}

function good<T>(step: string, answer: { data?: T; error?: components["schemas"]["Error"]; response: Response }): T {
  if (answer.error !== undefined) {
    throw new Error(`${step}: ${answer.response.status} ${answer.error.error_code ?? ""} ${answer.error.message}`);
  }
  return answer.data as T;
}

async function until(wanted: State): Promise<State[]> {
  const seen: State[] = [];
  for (let gen = 0; ; ) {
    const answer = good("monitor", await api.GET("/instance/state-monitor", { body: { gen } }));
    seen.push(answer.state);
    if (answer.state === wanted) {
      return seen;
    }
    gen = answer.gen + 1;
  }
}

const early = await api.GET("/instance");
say("no instance", `${early.response.status} ${early.error?.error_code}`);

const ensured = good("ensure", await api.PUT("/instance", { body: input.ensure }));
say("ensured", `${ensured.migrate}`);
say("state", good("get", await api.GET("/instance")).instance.state);
const spec = good("spec", await api.GET("/instance/spec")).spec;
say("spec", spec.type === "Present" ? `${spec.value.board.cpus} cpus` : spec.type);

const reboot = await api.PUT("/instance/state", { body: "Reboot" });
say("reboot too early", `${reboot.response.status} ${reboot.error?.error_code}`);
good("run", await api.PUT("/instance/state", { body: "Run" }));
say("ran", (await until("Running")).at(-1)!);

const path = { path: { id: input.disk } };
const status = good("status", await api.GET("/instance/disk/{id}/status", { params: path })).volume_info;
if ("volume" in status) {
  const part = status.volume.sub_volumes[0]!;
  if ("upstairs" in part) {
    const targets = part.upstairs.targets.map((target) => target.state.type);
    say("disk", `${part.upstairs.state} ${targets.join(" ")}`);
  }
}

const replaced = await api.PUT("/instance/disk/{id}/vcr", { params: path, body: { vcr_json: input.nextVcr } });
say("vcr", good("vcr", replaced));
say("nmi", `${good("nmi", await api.POST("/instance/nmi"))}`);
const history = good("history", await api.GET("/instance/serial/history", { params: { query: { from_start: 0 } } }));
say("console", `${history.data.length > 0 && history.last_byte_offset >= history.data.length}`);
const snapshotId = { path: { id: "nope", snapshot_id: "11111111-1111-4111-8111-111111111111" } };
const snapshot = await api.POST("/instance/disk/{id}/snapshot/{snapshot_id}", { params: snapshotId });
say("snapshot of no disk", `${snapshot.response.status} ${snapshot.error?.error_code}`);
const migrations = good("migrations", await api.GET("/instance/migration-status"));
say("migrations", `${migrations.migration_in} ${migrations.migration_out}`);

good("stop", await api.PUT("/instance/state", { body: "Stop" }));
say("stopped", (await until("Destroyed")).at(-1)!);
