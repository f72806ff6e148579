package io.inmesh.control.plane.model;

/**
 * A workload as an endpoint of a service.
 *
 * @param workload the WorkloadEntry's name; empty for an endpoint written in a ServiceEntry
 */
public record Instance(String workload, String namespace, WorkloadSpec spec) {

  /** Istio's short form: workload, namespace, canonical service and revision, cluster. */
  public String metadata(String clusterId) {
    return workload
        + ";"
        + (workload.isEmpty() ? "" : namespace)
        + ";"
        + canonicalName()
        + ";"
        + canonicalRevision()
        + ";"
        + clusterId;
  }

  private String canonicalName() {
    return first("service.istio.io/canonical-name", "app.kubernetes.io/name", "app", workload);
  }

  private String canonicalRevision() {
    return first("service.istio.io/canonical-revision", "app.kubernetes.io/version", "version", "");
  }

  private String first(String one, String two, String three, String absent) {
    for (String label : new String[] {one, two, three}) {
      String value = spec.labels().get(label);
      if (value != null && !value.isEmpty()) {
        return value;
      }
    }
    return absent;
  }

  /** The SPIFFE id in a trust domain, or empty without a service account. */
  public String spiffeId(String trustDomain) {
    return spec.serviceAccount().isEmpty()
        ? ""
        : "spiffe://" + trustDomain + "/ns/" + namespace + "/sa/" + spec.serviceAccount();
  }
}
