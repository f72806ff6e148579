package io.inmesh.engine.cluster;

/** Any host, regardless of weight. */
final class RandomChoice implements LoadBalancer {
  private final Host[] hosts;

  RandomChoice(Host[] hosts) {
    this.hosts = hosts;
  }

  @Override
  public Host choose(long random) {
    return hosts[(int) Long.remainderUnsigned(random, hosts.length)];
  }
}
