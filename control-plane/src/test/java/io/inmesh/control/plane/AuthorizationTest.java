package io.inmesh.control.plane;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AuthorizationPolicy as Envoy's RBAC, for requests and for connections. */
class AuthorizationTest {
  private static final String RULE = "ns[shop]-policy[one]-rule[0]";

  @TempDir Path folder = Path.of("");

  private void policy(String spec) {
    policy("one", "shop", "", spec);
  }

  private void policy(String name, String namespace, String metadata, String spec) {
    Shop.write(
        folder.resolve(namespace + "-" + name + ".yaml"),
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: %s, namespace: %s%s}
        spec: %s
        """
            .formatted(name, namespace, metadata, spec));
  }

  private FilterChain chain(String name) throws Exception {
    return Generated.inbound(
            Generated.config(folder, Generated.node("127.0.0.1", "cart", Map.of("app", "cart"))))
        .getFilterChainsList()
        .stream()
        .filter(chain -> chain.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private List<RBAC> http() throws Exception {
    List<RBAC> out = new ArrayList<>();
    for (var config :
        Generated.httpFilters(chain("virtualInbound-catchall-http"), "envoy.filters.http.rbac")) {
      out.add(config.unpack(RBAC.class));
    }
    return out;
  }

  private List<io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC> tcp() throws Exception {
    List<io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC> out = new ArrayList<>();
    for (Filter filter : chain("virtualInbound").getFiltersList()) {
      if (filter.getName().equals("envoy.filters.network.rbac")) {
        out.add(
            filter
                .getTypedConfig()
                .unpack(io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC.class));
      }
    }
    return out;
  }

  /** The conditions of a rule's only operation and source but for those that hold always. */
  private static String conditions(Policy policy) throws Exception {
    List<String> out = new ArrayList<>();
    for (Permission permission : policy.getPermissions(0).getAndRules().getRulesList()) {
      if (!permission.getAny()) {
        out.add(Generated.json(permission));
      }
    }
    for (Principal principal : policy.getPrincipals(0).getAndIds().getIdsList()) {
      if (!principal.getAny()) {
        out.add(Generated.json(principal));
      }
    }
    return String.join(" ", out);
  }

  private static JsonElement json(String text) {
    return JsonParser.parseString("[" + text.replace("} {", "},{") + "]");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          key: destination.ip, values: [10.0.0.0/8]      ~ true  ~ {"orRules":{"rules":[{"destinationIp":{"addressPrefix":"10.0.0.0","prefixLen":8}}]}}
          key: destination.port, values: ['8080']        ~ true  ~ {"orRules":{"rules":[{"destinationPort":8080}]}}
          key: connection.sni, values: ['*.example']     ~ true  ~ {"orRules":{"rules":[{"requestedServerName":{"suffix":".example"}}]}}
          key: 'experimental.envoy.filters.a.b[c]', values: [x]      ~ true ~ {"metadata":{"filter":"envoy.filters.a.b","path":[{"key":"c"}],"value":{"stringMatch":{"exact":"x"}}}}
          key: 'experimental.envoy.filters.a.b[c]', values: ['[x*]', y] ~ true ~ {"metadata":{"filter":"envoy.filters.a.b","path":[{"key":"c"}],"value":{"orMatch":{"valueMatchers":[{"listMatch":{"oneOf":{"stringMatch":{"prefix":"x"}}}},{"stringMatch":{"exact":"y"}}]}}}}
          key: source.ip, values: [10.1.2.3]             ~ true  ~ {"orIds":{"ids":[{"directRemoteIp":{"addressPrefix":"10.1.2.3","prefixLen":32}}]}}
          key: remote.ip, values: ['2001:db8::/32']      ~ true  ~ {"orIds":{"ids":[{"remoteIp":{"addressPrefix":"2001:db8::","prefixLen":32}}]}}
          key: source.namespace, values: ['sh*', a.b]    ~ true  ~ {"orIds":{"ids":[{"authenticated":{"principalName":{"safeRegex":{"regex":".*/ns/sh.*/.*"}}}},{"authenticated":{"principalName":{"safeRegex":{"regex":".*/ns/a\\\\.b/.*"}}}}]}}
          key: source.serviceAccount, values: [cart]     ~ true  ~ {"orIds":{"ids":[{"authenticated":{"principalName":{"safeRegex":{"regex":"spiffe://.+/ns/shop/(.+/|)sa/cart(/.+)?"}}}}]}}
          key: source.serviceAccount, values: [ops/cart] ~ true  ~ {"orIds":{"ids":[{"authenticated":{"principalName":{"safeRegex":{"regex":"spiffe://.+/ns/ops/(.+/|)sa/cart(/.+)?"}}}}]}}
          key: source.principal, values: ['*']           ~ true  ~ {"orIds":{"ids":[{"authenticated":{"principalName":{"safeRegex":{"regex":".+"}}}}]}}
          key: source.principal, values: ['*/sa/a.b']    ~ true  ~ {"orIds":{"ids":[{"authenticated":{"principalName":{"safeRegex":{"regex":"spiffe://.*/sa/a\\\\.b"}}}}]}}
          key: source.principal, values: ['td/ns/a/*']   ~ true  ~ {"orIds":{"ids":[{"authenticated":{"principalName":{"prefix":"spiffe://td/ns/a/"}}}]}}
          key: source.principal, notValues: [td/ns/a/sa/b] ~ true ~ {"notId":{"orIds":{"ids":[{"authenticated":{"principalName":{"exact":"spiffe://td/ns/a/sa/b"}}}]}}}
          key: request.auth.principal, values: ['*']     ~ false ~ {"andIds":{"ids":[{"metadata":{"filter":"envoy.filters.http.jwt_authn","path":[{"key":"payload"},{"key":"iss"}],"value":{"stringMatch":{"safeRegex":{"regex":".+"}}}}},{"metadata":{"filter":"envoy.filters.http.jwt_authn","path":[{"key":"payload"},{"key":"sub"}],"value":{"stringMatch":{"safeRegex":{"regex":".+"}}}}}]}}
          key: request.auth.principal, notValues: ['https://a.example/b*'] ~ false ~ {"notId":{"andIds":{"ids":[{"metadata":{"filter":"envoy.filters.http.jwt_authn","path":[{"key":"payload"},{"key":"iss"}],"value":{"stringMatch":{"exact":"https://a.example"}}}},{"metadata":{"filter":"envoy.filters.http.jwt_authn","path":[{"key":"payload"},{"key":"sub"}],"value":{"stringMatch":{"prefix":"b"}}}}]}}}
          key: request.auth.audiences, values: [a, 'b*'] ~ false ~ {"metadata":{"filter":"envoy.filters.http.jwt_authn","path":[{"key":"payload"},{"key":"aud"}],"value":{"orMatch":{"valueMatchers":[{"listMatch":{"oneOf":{"orMatch":{"valueMatchers":[{"stringMatch":{"exact":"a"}},{"stringMatch":{"prefix":"b"}}]}}}},{"orMatch":{"valueMatchers":[{"stringMatch":{"exact":"a"}},{"stringMatch":{"prefix":"b"}}]}}]}}}}
          key: request.auth.presenter, values: [a]       ~ false ~ {"metadata":{"filter":"envoy.filters.http.jwt_authn","path":[{"key":"payload"},{"key":"azp"}],"value":{"orMatch":{"valueMatchers":[{"listMatch":{"oneOf":{"stringMatch":{"exact":"a"}}}},{"stringMatch":{"exact":"a"}}]}}}}
          key: 'request.auth.claims[a][b]', values: [c]  ~ false ~ {"metadata":{"filter":"envoy.filters.http.jwt_authn","path":[{"key":"payload"},{"key":"a"},{"key":"b"}],"value":{"orMatch":{"valueMatchers":[{"listMatch":{"oneOf":{"stringMatch":{"exact":"c"}}}},{"stringMatch":{"exact":"c"}}]}}}}
          key: 'request.headers[x-a]', values: ['*']     ~ false ~ {"orIds":{"ids":[{"header":{"name":"x-a","presentMatch":true}}]}}
          key: 'request.headers[x-a]', values: ['*b']    ~ false ~ {"orIds":{"ids":[{"header":{"name":"x-a","stringMatch":{"suffix":"b"}}}]}}
          """)
  void everyKeyOfWhen(String when, boolean forConnectionsToo, String expected) throws Exception {
    policy("{rules: [{when: [{%s}]}]}".formatted(when));
    assertThat(json(conditions(http().get(0).getRules().getPoliciesOrThrow(RULE))))
        .isEqualTo(json(expected));
    // an ALLOW rule about requests allows no connection
    assertThat(tcp().get(0).getRules().getPoliciesMap().containsKey(RULE))
        .isEqualTo(forConnectionsToo);
    // a DENY or AUDIT rule loses the condition and so matches more
    for (String action : List.of("DENY", "AUDIT")) {
      policy("{action: %s, rules: [{when: [{%s}]}]}".formatted(action, when));
      assertThat(json(conditions(tcp().get(0).getRules().getPoliciesOrThrow(RULE))))
          .isEqualTo(json(forConnectionsToo ? expected : ""));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          from: [{source: {principals: [td/ns/a/sa/b]}}]      ~ {"orIds":{"ids":[{"authenticated":{"principalName":{"exact":"spiffe://td/ns/a/sa/b"}}}]}}
          from: [{source: {notPrincipals: [td/ns/a/sa/b]}}]   ~ {"notId":{"orIds":{"ids":[{"authenticated":{"principalName":{"exact":"spiffe://td/ns/a/sa/b"}}}]}}}
          from: [{source: {requestPrincipals: ['a*']}}]       ~ {"andIds":{"ids":[{"metadata":{"filter":"envoy.filters.http.jwt_authn","path":[{"key":"payload"},{"key":"iss"}],"value":{"stringMatch":{"prefix":"a"}}}},{"metadata":{"filter":"envoy.filters.http.jwt_authn","path":[{"key":"payload"},{"key":"sub"}],"value":{"stringMatch":{"safeRegex":{"regex":".+"}}}}}]}}
          from: [{source: {requestPrincipals: ['*a']}}]       ~ {"andIds":{"ids":[{"metadata":{"filter":"envoy.filters.http.jwt_authn","path":[{"key":"payload"},{"key":"iss"}],"value":{"stringMatch":{"safeRegex":{"regex":".+"}}}}},{"metadata":{"filter":"envoy.filters.http.jwt_authn","path":[{"key":"payload"},{"key":"sub"}],"value":{"stringMatch":{"suffix":"a"}}}}]}}
          from: [{source: {notNamespaces: [ops]}}]            ~ {"notId":{"orIds":{"ids":[{"authenticated":{"principalName":{"safeRegex":{"regex":".*/ns/ops/.*"}}}}]}}}
          from: [{source: {notServiceAccounts: [a]}}]         ~ {"notId":{"orIds":{"ids":[{"authenticated":{"principalName":{"safeRegex":{"regex":"spiffe://.+/ns/shop/(.+/|)sa/a(/.+)?"}}}}]}}}
          from: [{source: {ipBlocks: [10.0.0.0/8], notIpBlocks: [10.9.0.0/16]}}] ~ {"orIds":{"ids":[{"directRemoteIp":{"addressPrefix":"10.0.0.0","prefixLen":8}}]}} {"notId":{"orIds":{"ids":[{"directRemoteIp":{"addressPrefix":"10.9.0.0","prefixLen":16}}]}}}
          from: [{source: {notRemoteIpBlocks: ['::1']}}]      ~ {"notId":{"orIds":{"ids":[{"remoteIp":{"addressPrefix":"::1","prefixLen":128}}]}}}
          to: [{operation: {hosts: ['*.a.example', b]}}]      ~ {"orRules":{"rules":[{"header":{"name":":authority","stringMatch":{"suffix":".a.example","ignoreCase":true}}},{"header":{"name":":authority","stringMatch":{"exact":"b","ignoreCase":true}}}]}}
          to: [{operation: {notHosts: ['*']}}]                ~ {"notRule":{"orRules":{"rules":[{"header":{"name":":authority","presentMatch":true}}]}}}
          to: [{operation: {methods: [GET], notMethods: ['P*']}}] ~ {"orRules":{"rules":[{"header":{"name":":method","stringMatch":{"exact":"GET"}}}]}} {"notRule":{"orRules":{"rules":[{"header":{"name":":method","stringMatch":{"prefix":"P"}}}]}}}
          to: [{operation: {paths: ['/a*', '*']}}]            ~ {"orRules":{"rules":[{"urlPath":{"path":{"prefix":"/a"}}},{"urlPath":{"path":{"safeRegex":{"regex":".+"}}}}]}}
          to: [{operation: {notPaths: ['/{*}/b/{**}']}}]      ~ {"notRule":{"orRules":{"rules":[{"uriTemplate":{"name":"uri-template","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig","pathTemplate":"/*/b/**"}}}]}}}
          to: [{operation: {ports: ['80'], notPorts: ['81']}}] ~ {"orRules":{"rules":[{"destinationPort":80}]}} {"notRule":{"orRules":{"rules":[{"destinationPort":81}]}}}
          """)
  void everyFieldOfFromAndTo(String rule, String expected) throws Exception {
    policy("{rules: [{%s}]}".formatted(rule));
    assertThat(json(conditions(http().get(0).getRules().getPoliciesOrThrow(RULE))))
        .isEqualTo(json(expected));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "td1/ns/a/sa/b, td1/ns/a/sa/b td2/ns/a/sa/b",
    "td2/ns/a/sa/b, td1/ns/a/sa/b td2/ns/a/sa/b",
    "cluster.local/ns/a/sa/b, td1/ns/a/sa/b td2/ns/a/sa/b",
    "other/ns/a/sa/b, other/ns/a/sa/b",
    "td1/b, td1/b",
  })
  void aPrincipalIsMeantInEveryTrustDomainOfTheMesh(String principal, String expected)
      throws Exception {
    Shop.write(folder.resolve("mesh.yaml"), "{trustDomain: td1, trustDomainAliases: [td2]}");
    policy("{rules: [{from: [{source: {principals: [\"%s\"]}}]}]}".formatted(principal));
    Policy made = http().get(0).getRules().getPoliciesOrThrow(RULE);
    assertThat(
            made.getPrincipals(0).getAndIds().getIds(0).getOrIds().getIdsList().stream()
                .map(id -> id.getAuthenticated().getPrincipalName().getExact()))
        .containsExactly(
            Arrays.stream(expected.split(" ", -1))
                .map(id -> "spiffe://" + id)
                .toArray(String[]::new));
  }

  @Test
  void conditionsOfSeveralSourcesAndOperationsStandBesideThoseOfWhen() throws Exception {
    policy(
        """
        {rules: [{from: [{source: {namespaces: [a]}}, {source: {namespaces: [b]}}],
         to: [{operation: {ports: ['80']}}, {operation: {ports: ['81']}}],
         when: [{key: source.ip, values: [10.0.0.1]}, {key: destination.ip, values: [10.0.0.2]}]}]}\
        """);
    Policy made = http().get(0).getRules().getPoliciesOrThrow(RULE);
    assertThat(made.getPermissionsList()).hasSize(2);
    assertThat(made.getPermissions(1).getAndRules().getRulesList()).hasSize(2);
    assertThat(made.getPrincipalsList()).hasSize(2);
    assertThat(made.getPrincipals(1).getAndIds().getIdsList()).hasSize(2);
  }

  @Test
  void anAllowRuleWithOneConditionOnRequestsAllowsNoConnection() throws Exception {
    policy(
        """
        {rules: [
         {from: [{source: {namespaces: [a]}}, {source: {requestPrincipals: ['*']}}]},
         {from: [{source: {namespaces: [b]}}]}]}\
        """);
    assertThat(http().get(0).getRules().getPoliciesMap()).hasSize(2);
    assertThat(tcp().get(0).getRules().getPoliciesMap().keySet())
        .containsExactly("ns[shop]-policy[one]-rule[1]");
  }

  @Test
  void aPolicyWithoutRulesNeverMatches() throws Exception {
    policy("{}");
    String never =
        """
        {"permissions":[{"notRule":{"any":true}}],"principals":[{"notId":{"any":true}}]}\
        """;
    assertThat(Generated.json(http().get(0).getRules().getPoliciesOrThrow(RULE))).isEqualTo(never);
    assertThat(Generated.json(tcp().get(0).getRules().getPoliciesOrThrow(RULE))).isEqualTo(never);
  }

  @Test
  void aPolicyWithoutASpecDeniesAll() throws Exception {
    Shop.write(
        folder.resolve("none.yaml"),
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: one, namespace: shop}
        """);
    assertThat(http().get(0).getRules().getPoliciesMap()).containsOnlyKeys(RULE);
  }

  @Test
  void anEmptyRuleMatchesEverything() throws Exception {
    policy("{action: DENY, rules: [{}]}");
    assertThat(conditions(http().get(0).getRules().getPoliciesOrThrow(RULE))).isEmpty();
  }

  @Test
  void auditComesBeforeDenyBeforeAllow() throws Exception {
    policy("allow", "shop", "", "{}");
    policy("deny", "shop", "", "{action: DENY, rules: [{}]}");
    policy("audit", "shop", "", "{action: AUDIT, rules: [{}]}");
    assertThat(http())
        .extracting(rbac -> rbac.getRules().getAction().name())
        .containsExactly("LOG", "DENY", "ALLOW");
    assertThat(tcp())
        .extracting(rbac -> rbac.getRules().getAction().name())
        .containsExactly("LOG", "DENY", "ALLOW");
  }

  @Test
  void aDryRunIsOnlyEvaluated() throws Exception {
    policy("a", "shop", "", "{action: DENY, rules: [{}]}");
    policy("b", "shop", ", annotations: {istio.io/dry-run: 'true'}", "{action: DENY, rules: [{}]}");
    RBAC deny = http().get(0);
    assertThat(deny.getRules().getPoliciesMap()).containsOnlyKeys("ns[shop]-policy[a]-rule[0]");
    assertThat(deny.getShadowRules().getPoliciesMap())
        .containsOnlyKeys("ns[shop]-policy[b]-rule[0]");
    assertThat(deny.getShadowRulesStatPrefix()).isEqualTo("istio_dry_run_deny_");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "shop, '', true",
    "shop, '{app: cart}', true",
    "shop, '{app: cart, version: v1}', false",
    "istio-system, '', true",
    "istio-system, '{app: cart}', true",
    "istio-system, '{app: other}', false",
    "other, '', false",
  })
  void namespaceAndSelectorSayWhom(String namespace, String labels, boolean obeyed)
      throws Exception {
    policy(
        "one",
        namespace,
        "",
        labels.isEmpty() ? "{}" : "{selector: {matchLabels: %s}}".formatted(labels));
    assertThat(http()).hasSize(obeyed ? 1 : 0);
  }

  @Test
  void theRegistrysLabelsSelectANodeThatSaysNone() throws Exception {
    Shop.write(folder);
    policy("{selector: {matchLabels: {app: catalog}}}");
    var config = Generated.config(folder, Generated.node("127.0.0.1", "catalog-v1", Map.of()));
    FilterChain served =
        Generated.inbound(config).getFilterChainsList().stream()
            .filter(chain -> chain.getName().equals("0.0.0.0_18081"))
            .findFirst()
            .orElseThrow();
    assertThat(Generated.httpFilters(served, "envoy.filters.http.rbac")).hasSize(1);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {envoyExtAuthzHttp: {service: authz.shop.svc.cluster.local, port: 80}, name: a}      | rbac ext_authz | ''
          {envoyExtAuthzGrpc: {service: shop/authz.shop.svc.cluster.local, port: 80}, name: a} | rbac ext_authz | rbac ext_authz
          {envoyExtAuthzGrpc: {service: other/authz.shop.svc.cluster.local, port: 80}, name: a} | rbac          | rbac
          {envoyExtAuthzGrpc: {service: authz.shop.svc.cluster.local, port: 80}, name: b}      | rbac           | rbac
          """)
  void customAsksTheAuthorizerOrRefuses(String provider, String onHttp, String onTcp)
      throws Exception {
    Shop.write(folder.resolve("mesh.yaml"), "extensionProviders: [" + provider + "]\n");
    Shop.write(
        folder.resolve("authz.yaml"),
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: authz, namespace: shop}
        spec:
          hosts: [authz.shop.svc.cluster.local]
          resolution: STATIC
          ports: [{number: 80, name: http, protocol: HTTP}]
          endpoints: [{address: 127.0.0.7}]
        """);
    policy("{action: CUSTOM, provider: {name: a}, rules: [{to: [{operation: {paths: [/a]}}]}]}");
    List<String> network =
        chain("virtualInbound").getFiltersList().stream()
            .map(Filter::getName)
            .filter(name -> name.startsWith("envoy.filters.network.") && !name.endsWith("proxy"))
            .map(name -> name.substring("envoy.filters.network.".length()))
            .toList();
    assertThat(String.join(" ", network)).isEqualTo(onTcp);
    boolean asks = onHttp.contains("ext_authz");
    assertThat(
            Generated.httpFilters(
                chain("virtualInbound-catchall-http"), "envoy.filters.http.ext_authz"))
        .hasSize(asks ? 1 : 0);
    RBAC rbac = http().get(0);
    assertThat(rbac.getShadowRules().getPoliciesMap().keySet())
        .isEqualTo(asks ? Set.of("istio-ext-authz-" + RULE) : Set.of());
    assertThat(rbac.getRules().getPoliciesMap().keySet())
        .isEqualTo(
            asks ? Set.of() : Set.of("istio-ext-authz-" + RULE + "-deny-due-to-bad-CUSTOM-action"));
  }
}
