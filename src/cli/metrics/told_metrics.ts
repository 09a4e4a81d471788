/** Metrics as they are told: the port, the cells of all threads, and what is asked for at each scrape. */

import type { Settings } from "../../config/schema.ts";
import { ThreadMeasuring } from "../../measuring.ts";
import { MetricBoard } from "../../metrics/metric_board.ts";
import { MetricsDoor } from "../../metrics/metrics_door.ts";
import { TokenCheck } from "../../metrics/token.ts";
import type { SocketAddress } from "../../net/address.ts";
import { checkRuntimeHttp } from "../../net/http_machine.ts";
import { addressOf, listenForControl } from "../../net/control_listener.ts";
import type { MeasuredServer, Metrics } from "./metrics.ts";
import { Figures } from "./figures.ts";
import { metricsWish } from "./wish.ts";

/** Counts from the start, tells from {@linkcode tell} on. */
export class ToldMetrics implements Metrics {
  readonly threads: { readonly board: MetricBoard; readonly measuring: ThreadMeasuring };
  readonly address: SocketAddress;
  readonly #door: MetricsDoor;
  #figures: Figures | undefined;

  private constructor(listener: Deno.TcpListener, token: string | undefined) {
    const board = new MetricBoard();
    this.threads = { board, measuring: new ThreadMeasuring(board.open("main").memory) };
    this.address = addressOf(listener);
    this.#door = new MetricsDoor(listener, {
      token: token === undefined ? undefined : new TokenCheck(token),
    });
  }

  /**
   * Binds the port.
   *
   * @throws {ListenError} when it cannot be had.
   * @throws {Error} when a token is missing or is not sound, or this runtime has no HTTP of the kind.
   */
  static async open(settings: Settings, configFile: string): Promise<ToldMetrics> {
    const wish = (await metricsWish(settings, configFile))!;
    checkRuntimeHttp();
    return new ToldMetrics(listenForControl(wish), wish.token);
  }

  tell(of: MeasuredServer): void {
    this.#figures = new Figures(this.threads.board, of);
    this.#door.open(this.#figures);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#door[Symbol.asyncDispose]();
    this.#figures?.[Symbol.dispose]();
    this.threads.measuring[Symbol.dispose]();
  }
}
