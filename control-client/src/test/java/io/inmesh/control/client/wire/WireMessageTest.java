package io.inmesh.control.client.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.Int64Range;
import io.inmesh.control.client.EnvoyDescriptors;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the real classes write, this decoder reads. */
class WireMessageTest {
  private final FieldTable table = FieldTable.load();

  private static final RouteConfiguration ROUTES =
      RouteConfiguration.newBuilder()
          .setName("8080")
          .setIgnorePortInHostMatching(true)
          .addVirtualHosts(
              VirtualHost.newBuilder()
                  .setName("catalog:8080")
                  .addDomains("catalog")
                  .addDomains("*.größe")
                  .addRoutes(
                      Route.newBuilder()
                          .setMatch(
                              RouteMatch.newBuilder()
                                  .setPrefix("/items")
                                  .setCaseSensitive(BoolValue.of(false))
                                  .addHeaders(
                                      HeaderMatcher.newBuilder()
                                          .setName("x-beta")
                                          .setRangeMatch(
                                              Int64Range.newBuilder().setStart(-5).setEnd(9)))
                                  .addQueryParameters(
                                      QueryParameterMatcher.newBuilder()
                                          .setName("q")
                                          .setPresentMatch(true)))
                          .setRoute(
                              RouteAction.newBuilder()
                                  .setCluster("outbound|8080||catalog")
                                  .setTimeout(Duration.newBuilder().setSeconds(1).setNanos(5))
                                  .setRetryPolicy(
                                      RetryPolicy.newBuilder()
                                          .setNumRetries(UInt32Value.of(2))
                                          .addRetriableStatusCodes(503)
                                          .addRetriableStatusCodes(429)))
                          .setMetadata(
                              Metadata.newBuilder()
                                  .putFilterMetadata(
                                      "istio",
                                      Struct.newBuilder()
                                          .putFields(
                                              "config",
                                              Value.newBuilder().setStringValue("/a").build())
                                          .putFields(
                                              "n", Value.newBuilder().setNumberValue(1.5).build())
                                          .build()))
                          .putTypedPerFilterConfig(
                              "envoy.filters.http.fault",
                              Any.pack(
                                  HTTPFault.newBuilder()
                                      .setAbort(
                                          FaultAbort.newBuilder()
                                              .setHttpStatus(503)
                                              .setPercentage(
                                                  FractionalPercent.newBuilder().setNumerator(10)))
                                      .build()))
                          .addRequestHeadersToAdd(
                              HeaderValueOption.newBuilder()
                                  .setHeader(
                                      HeaderValue.newBuilder().setKey("a").setValue("b\n\"")))))
          .build();

  @Test
  void fieldsOfEveryKindAreReadByName() {
    WireMessage routes = parse("envoy.config.route.v3.RouteConfiguration", ROUTES.toByteArray());
    assertThat(routes.string("name")).isEqualTo("8080");
    assertThat(routes.bool("ignore_port_in_host_matching")).isTrue();
    WireMessage host = routes.messages("virtual_hosts").get(0);
    assertThat(host.strings("domains")).containsExactly("catalog", "*.größe");
    WireMessage route = host.messages("routes").get(0);
    WireMessage match = route.messageOrEmpty("match");
    assertThat(match.which("path_specifier")).isEqualTo("prefix");
    assertThat(match.wrappedBool("case_sensitive", true)).isFalse();
    WireMessage header = match.messages("headers").get(0);
    assertThat(header.which("header_match_specifier")).isEqualTo("range_match");
    assertThat(header.messageOrEmpty("range_match").number("start")).isEqualTo(-5);
    WireMessage action = route.messageOrEmpty("route");
    assertThat(action.nanos("timeout", 0)).isEqualTo(1_000_000_005L);
    assertThat(action.nanos("max_grpc_timeout", -1)).isEqualTo(-1);
    assertThat(action.messageOrEmpty("retry_policy").numbers("retriable_status_codes"))
        .containsExactly(503L, 429L);
    assertThat(action.messageOrEmpty("retry_policy").wrappedNumber("num_retries", 1)).isEqualTo(2);
    WireMessage fault =
        java.util.Objects.requireNonNull(
            route.map("typed_per_filter_config").get("envoy.filters.http.fault"));
    assertThat(fault.anyType()).isEqualTo("envoy.extensions.filters.http.fault.v3.HTTPFault");
    assertThat(
            java.util.Objects.requireNonNull(fault.anyContent())
                .messageOrEmpty("abort")
                .messageOrEmpty("percentage")
                .enumName("denominator"))
        .isEqualTo("HUNDRED");
  }

  @Test
  void theJsonIsThatOfTheRealPrinter() throws Exception {
    StringBuilder json = new StringBuilder();
    new ProtoJson(json)
        .write(parse("envoy.config.route.v3.RouteConfiguration", ROUTES.toByteArray()));
    RouteConfiguration.Builder read = RouteConfiguration.newBuilder();
    com.google.protobuf.util.JsonFormat.parser()
        .usingTypeRegistry(EnvoyDescriptors.types())
        .merge(json.toString(), read);
    assertThat(read.build()).isEqualTo(ROUTES);
    assertThat(json.toString()).contains("\"typedPerFilterConfig\"", "\"1.000000005s\"");
  }

  @Test
  void secretsDoNotAppear() {
    byte[] certificate =
        TlsCertificate.newBuilder()
            .setPrivateKey(
                io.envoyproxy.envoy.config.core.v3.DataSource.newBuilder()
                    .setInlineString("very secret"))
            .build()
            .toByteArray();
    StringBuilder json = new StringBuilder();
    new ProtoJson(json)
        .write(parse("envoy.extensions.transport_sockets.tls.v3.TlsCertificate", certificate));
    assertThat(json.toString()).contains("W3JlZGFjdGVkXQ==").doesNotContain("secret");
  }

  @Test
  void aMessageInSeveralPartsIsMerged() {
    byte[] first =
        Route.newBuilder().setMatch(RouteMatch.newBuilder().setPrefix("/a")).build().toByteArray();
    byte[] second =
        Route.newBuilder()
            .setMatch(RouteMatch.newBuilder().setCaseSensitive(BoolValue.of(false)))
            .build()
            .toByteArray();
    byte[] both = new byte[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    WireMessage match = parse("envoy.config.route.v3.Route", both).messageOrEmpty("match");
    assertThat(match.string("prefix")).isEqualTo("/a");
    assertThat(match.wrappedBool("case_sensitive", true)).isFalse();
  }

  @Test
  void brokenBytesAreAFormatErrorAndNothingElse() {
    byte[] good = ROUTES.toByteArray();
    Random random = new Random(7);
    for (int i = 0; i < 5_000; i++) {
      byte[] bad = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      byte[] cut = java.util.Arrays.copyOf(bad, random.nextInt(bad.length));
      try {
        WireMessage message = parse("envoy.config.route.v3.RouteConfiguration", cut);
        FieldWalk.over(message, "");
        new ProtoJson(new StringBuilder()).write(message);
      } catch (WireFormatException expected) {
        assertThat(expected).hasMessageContaining(": ");
      }
    }
  }

  @Test
  void textThatIsNotUtf8IsRefused() {
    WireMessage routes =
        parse("envoy.config.route.v3.RouteConfiguration", new byte[] {10, 1, (byte) 0xff});
    assertThatThrownBy(() -> routes.string("name"))
        .isInstanceOf(WireFormatException.class)
        .hasMessageContaining("UTF-8");
  }

  @Test
  void whatTheWriterWritesIsWhatTheRealClassReads() throws Exception {
    byte[] written =
        WireWriter.struct(
                new java.util.TreeMap<>(
                    java.util.Map.of(
                        "a", "x", "b", true, "c", 2.5, "d", java.util.Map.of("e", "f"))))
            .toBytes();
    Struct read = Struct.parseFrom(written);
    assertThat(read.getFieldsOrThrow("a").getStringValue()).isEqualTo("x");
    assertThat(read.getFieldsOrThrow("b").getBoolValue()).isTrue();
    assertThat(read.getFieldsOrThrow("c").getNumberValue()).isEqualTo(2.5);
    assertThat(read.getFieldsOrThrow("d").getStructValue().getFieldsOrThrow("e").getStringValue())
        .isEqualTo("f");
  }

  private WireMessage parse(String type, byte[] data) {
    return WireMessage.parse(table.message(type), data);
  }
}
