package io.inmesh.control.client;

import java.util.List;
import java.util.Map;

/**
 * How the client stands, at one moment.
 *
 * @param connected whether the stream stands
 * @param changedNanos when {@code connected} last changed, by {@link System#nanoTime}
 * @param published whether a complete snapshot has been published
 * @param waitingFor what is missing before the first snapshot, for people; empty once published
 * @param lastEnd why the last stream ended, or empty
 * @param reconnects streams opened after the first
 * @param types counts by resource type
 * @param lastErrors what the last NACK said
 */
public record ClientStatus(
    boolean connected,
    long changedNanos,
    boolean published,
    List<String> waitingFor,
    String lastEnd,
    long reconnects,
    Map<ResourceType, TypeMetrics> types,
    List<String> lastErrors) {
  public ClientStatus {
    waitingFor = List.copyOf(waitingFor);
    types = Map.copyOf(types);
    lastErrors = List.copyOf(lastErrors);
  }
}
