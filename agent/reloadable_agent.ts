import type { AgentSettings } from "../lib/config/settings.ts";
import type { ProgramContext } from "../lib/program/serve_program.ts";
import { Agent } from "./agent.ts";
import { agentIdentity } from "./identity.ts";
import type { AgentStatus } from "./status.ts";

/** What an agent that can be reloaded is made with. */
export interface ReloadableAgentOptions extends ProgramContext<AgentSettings> {
  /** 32 hexadecimal digits. */
  readonly machineId: string;
}

/**
 * An agent that takes up new settings by giving way to one that has them. Front ends notice nothing:
 * a probe that falls in between is asked again.
 */
export class ReloadableAgent {
  readonly #options: ReloadableAgentOptions;
  #settings: AgentSettings;
  #agent: Agent;

  /**
   * Opens the socket.
   *
   * @throws {Error} If the port cannot be had; its message is for users.
   */
  constructor(options: ReloadableAgentOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#agent = this.#make(options.settings, false);
  }

  #make(settings: AgentSettings, draining: boolean): Agent {
    return new Agent({
      ...this.#options,
      settings,
      identity: this.#identityOf(settings),
      draining,
    });
  }

  #identityOf(settings: AgentSettings): bigint {
    return agentIdentity(this.#options.machineId, settings);
  }

  /** Joins the group and begins to answer. */
  start(): Promise<void> {
    return this.#agent.start();
  }

  /** What the agent sees and says. */
  status(): AgentStatus {
    return this.#agent.status();
  }

  /** Asks the front ends for no new connections, or for new ones again. */
  async drain(draining: boolean): Promise<AgentStatus> {
    await this.#agent.setDraining(draining);
    return this.status();
  }

  /**
   * Takes up new settings.
   *
   * @throws {Error} If they cannot be taken up; the agent goes on with those that it had.
   */
  async reload(settings: AgentSettings): Promise<void> {
    const { draining } = this.#agent;
    // Under another identity it is another agent to the front ends: the old one has to take its leave.
    if (this.#identityOf(settings) === this.#identityOf(this.#settings)) await this.#agent.close();
    else await this.#agent.leave();
    try {
      this.#agent = this.#make(settings, draining);
      await this.#agent.start();
      this.#settings = settings;
    } catch (error) {
      this.#agent = this.#make(this.#settings, draining);
      await this.#agent.start();
      throw error;
    }
  }

  /** Takes leave of the front ends and stops. */
  leave(): Promise<void> {
    return this.#agent.leave();
  }
}
