package io.inmesh.engine.cluster;

import java.util.List;

/**
 * Where the app itself connects to.
 *
 * @param host name or literal, as the app gives it
 * @param ips literals of the host; empty where only the app's resolver knows them
 * @param port the app's own
 */
public record Destination(String host, List<String> ips, int port) {
  public Destination {
    ips = List.copyOf(ips);
  }
}
