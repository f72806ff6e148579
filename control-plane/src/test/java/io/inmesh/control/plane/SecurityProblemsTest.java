package io.inmesh.control.plane;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.control.plane.config.Problem;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Broken policies: a clear message with file, line and field; nothing is silently ignored. */
class SecurityProblemsTest {
  @TempDir Path folder = Path.of("");

  private static String resource(String kind, String spec) {
    return """
        apiVersion: security.istio.io/v1
        kind: %s
        metadata: {name: one, namespace: shop}
        spec:
          %s
        """
        .formatted(kind, spec);
  }

  private void expect(String yaml, String message) throws Exception {
    Shop.write(folder.resolve("policy.yaml"), yaml);
    try (ControlPlane plane = ControlPlane.start(ControlPlane.Options.local(folder), line -> {})) {
      assertThat(plane.problems())
          .extracting(Problem::message)
          .anySatisfy(said -> assertThat(said).endsWith(message));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          action: REFUSE                                             | spec.action: "REFUSE" is none of [ALLOW, DENY, AUDIT, CUSTOM]
          action: DENY                                               | spec.rules: DENY without rules never matches; an empty rule {} matches everything
          provider: {name: opa}                                      | spec.provider: can only be given with the action CUSTOM
          {action: CUSTOM, rules: [{}]}                              | spec.provider: CUSTOM needs provider.name, an extension provider of MeshConfig
          {action: CUSTOM, provider: {name: opa}, rules: [{}]}       | provider.name: no authorizer among MeshConfig's extensionProviders is called opa: what the policy matches is refused
          {action: CUSTOM, provider: {name: a}, rules: [{from: [{source: {namespaces: [b]}}]}]} | spec.rules[0].from[0].source.namespaces: cannot be given with CUSTOM, which is decided before callers are authenticated
          rules: [{from: []}]                                        | spec.rules[0].from: cannot be empty; leave it out to match all
          rules: [{from: [{source: {}}]}]                            | spec.rules[0].from[0].source: at least one condition is required
          rules: [{from: [{}]}]                                      | spec.rules[0].from[0].source: at least one condition is required
          rules: [{from: [{source: {principal: [a]}}]}]              | spec.rules[0].from[0].source.principal: unknown field, did you mean principals?
          rules: [{from: [{source: {ipBlocks: [10.0.0.300]}}]}]      | spec.rules[0].from[0].source.ipBlocks: "10.0.0.300" is neither an IP address nor a CIDR range
          rules: [{from: [{source: {serviceAccounts: ["a/b/c"]}}]}]  | spec.rules[0].from[0].source.serviceAccounts: "a/b/c" is neither NAME nor NAMESPACE/NAME
          rules: [{from: [{source: {serviceAccounts: [a], namespaces: [b]}}]}] | spec.rules[0].from[0].source.serviceAccounts: cannot be given with principals or namespaces
          rules: [{to: [{operation: {ports: [http]}}]}]              | spec.rules[0].to[0].operation.ports: "http" is no port from 0 to 65535
          rules: [{to: [{operation: {methods: [""]}}]}]              | spec.rules[0].to[0].operation.methods: "" must not be empty
          rules: [{to: [{operation: {paths: ["/{id}"]}}]}]           | spec.rules[0].to[0].operation.paths: "/{id}" has braces that are neither {*} nor {**}, each a whole segment
          rules: [{to: [{operation: {paths: ["/{**}/{*}"]}}]}]       | spec.rules[0].to[0].operation.paths: "/{**}/{*}" has an operator behind {**}
          rules: [{when: [{key: source.namespaces, values: [a]}]}]   | spec.rules[0].when[0].key: "source.namespaces" is no attribute, did you mean source.namespace?
          rules: [{when: [{key: request.headers, values: [a]}]}]     | spec.rules[0].when[0].key: "request.headers" is no attribute, did you mean request.headers[]?
          rules: [{when: [{key: source.ip}]}]                        | spec.rules[0].when[0].values: one of values and notValues is required
          {selector: {matchLabels: {app: "c*"}}}                     | spec.selector.matchLabels: a label's value cannot have wildcards
          {targetRefs: [{kind: Gateway, name: edge}]}                | spec.targetRefs: is for gateways and waypoints, which are not served: the policy is unused
          {action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}]} | spec.rules[0]: a DENY rule of HTTP conditions alone denies every connection to TCP ports; name the ports it is for
          """)
  void authorizationPolicy(String spec, String message) throws Exception {
    expect(resource("AuthorizationPolicy", spec), "AuthorizationPolicy shop/one: " + message);
  }

  @Test
  void theLineIsThatOfTheField() throws Exception {
    expect(
        resource("AuthorizationPolicy", "rules:\n  - when:\n    - key: nothing\n"),
        "policy.yaml:7: AuthorizationPolicy shop/one: spec.rules[0].when[0].key: \"nothing\" is no"
            + " attribute");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mtls: {mode: ON}                                           | spec.mtls.mode: "ON" is none of [UNSET, DISABLE, PERMISSIVE, STRICT]
          portLevelMtls: {8080: {mode: STRICT}}                      | spec.portLevelMtls: needs a selector: ports are those of workloads
          {selector: {matchLabels: {a: b}}, portLevelMtls: {http: {mode: STRICT}}} | spec.portLevelMtls: "http" is no port from 1 to 65535
          {selector: {matchLabels: {a: b}}, portLevelMtls: {}}       | spec.portLevelMtls: at least one port is required
          """)
  void peerAuthentication(String spec, String message) throws Exception {
    expect(resource("PeerAuthentication", spec), "PeerAuthentication shop/one: " + message);
  }

  @Test
  void twoPeerAuthenticationsForTheSameWorkloads() throws Exception {
    String one = resource("PeerAuthentication", "mtls: {mode: STRICT}");
    expect(
        one + "---\n" + one.replace("name: one", "name: two"),
        "PeerAuthentication shop/two: selector: the same workloads obey PeerAuthentication shop/one ("
            + folder.resolve("policy.yaml")
            + ":1)");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jwtRules: [{issuer: a}]                                    | spec.jwtRules[0].jwks: one of jwks and jwksUri is required; keys are not discovered from the issuer
          jwtRules: [{issuer: a, jwksUri: "ftp://a"}]                | spec.jwtRules[0].jwksUri: "ftp://a" is no http or https URI
          jwtRules: [{issuer: a, jwksUri: "https://keys.example/k"}] | jwksUri: workloads fetch keys through the mesh and no service has the host keys.example: tokens of the issuer are refused
          jwtRules: [{issuer: a, jwks: "{}", fromHeaders: [{prefix: b}]}] | spec.jwtRules[0].fromHeaders[0].name: is required
          """)
  void requestAuthentication(String spec, String message) throws Exception {
    expect(resource("RequestAuthentication", spec), "RequestAuthentication shop/one: " + message);
  }

  @Test
  void secretsThatAreNotServed() throws Exception {
    expect(
        """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: vendor, namespace: shop}
        spec:
          host: vendor.example
          trafficPolicy: {tls: {mode: SIMPLE, credentialName: ca}}
        """,
        "policy.yaml:6: DestinationRule shop/vendor: spec.trafficPolicy.tls.credentialName: secrets"
            + " are not served to workloads; name files by clientCertificate, privateKey and"
            + " caCertificates");
  }
}
