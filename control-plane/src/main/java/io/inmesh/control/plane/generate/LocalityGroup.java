package io.inmesh.control.plane.generate;

import io.inmesh.control.plane.model.Instance;
import io.inmesh.control.plane.model.Locality;
import java.util.List;

/** The endpoints of one locality while their priorities and weight are being decided. */
final class LocalityGroup {
  private final Locality locality;
  private List<Instance> instances;
  private final int[] priorities;
  private int givenWeight;

  LocalityGroup(Locality locality, List<Instance> instances) {
    this.locality = locality;
    this.instances = List.copyOf(instances);
    this.priorities = new int[instances.size()];
  }

  static int weight(Instance instance) {
    return Math.max(1, instance.spec().weight());
  }

  Locality locality() {
    return locality;
  }

  List<Instance> instances() {
    return instances;
  }

  int priority(int index) {
    return priorities[index];
  }

  void priority(int index, int priority) {
    priorities[index] = priority;
  }

  /** The sum of the endpoints' weights. */
  int ownWeight() {
    return instances.stream().mapToInt(LocalityGroup::weight).sum();
  }

  /** The weight that a distribution gives, 0 for none. */
  int givenWeight() {
    return givenWeight;
  }

  void givenWeight(int weight) {
    this.givenWeight = weight;
  }

  /** Takes all endpoints away: the locality gets no traffic. */
  void close() {
    instances = List.of();
  }
}
