package io.inmesh.control.plane.generate;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A principal of one of the mesh's trust domains is meant in all of them. */
final class TrustDomains {
  /** Policies may write this for whatever the own trust domain is called. */
  private static final String LOCAL = "cluster.local";

  private static final int PARTS = 5;

  private final List<String> domains;

  TrustDomains(List<String> domains) {
    this.domains = domains;
  }

  List<String> expand(List<String> principals) {
    List<String> out = new ArrayList<>();
    principals.forEach(principal -> out.addAll(expand(principal)));
    return out;
  }

  private Set<String> expand(String principal) {
    int slash = principal.indexOf('/');
    String written = slash < 0 ? principal : principal.substring(0, slash);
    boolean whole = principal.split("/", -1).length == PARTS;
    boolean ours =
        written.equals(LOCAL)
            || domains.stream().anyMatch(own -> covers(written, own) || covers(own, written));
    if (!whole || written.equals("*") || !ours) {
      return Set.of(principal);
    }
    Set<String> out = new LinkedHashSet<>();
    for (String domain : domains) {
      out.add(endsLike(written, domain) ? principal : domain + principal.substring(slash));
    }
    return out;
  }

  private static boolean covers(String pattern, String domain) {
    return pattern.equals("*")
        || pattern.equals(domain)
        || endsLike(pattern, domain)
        || (pattern.endsWith("*") && domain.startsWith(pattern.substring(0, pattern.length() - 1)));
  }

  private static boolean endsLike(String pattern, String domain) {
    return pattern.startsWith("*") && domain.endsWith(pattern.substring(1));
  }
}
