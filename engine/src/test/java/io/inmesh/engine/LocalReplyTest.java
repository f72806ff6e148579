package io.inmesh.engine;

import static io.inmesh.engine.Mesh.ANY_PATH;
import static io.inmesh.engine.Mesh.decide;
import static io.inmesh.engine.Mesh.host;
import static io.inmesh.engine.Mesh.port80;
import static io.inmesh.engine.Mesh.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.match.CompiledRegex;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.route.FilterOverrides;
import io.inmesh.engine.route.HeaderMutations;
import io.inmesh.engine.route.PathRewrite;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalReplyTest {
  private static LocalReply reply(RouteAction action, TestHead head) {
    return reply(new RouteMatch(new PathMatcher.Prefix("/a", true)), action, head);
  }

  private static LocalReply reply(RouteMatch match, RouteAction action, TestHead head) {
    return (LocalReply) decide(port80(host("*", route("r", match, action))).build(), head);
  }

  @ParameterizedTest(name = "{6}: {0} {1} {2} {3} {4} {5}")
  @CsvSource(
      value = {
        // scheme, host, port, path, strip query, request, location
        "-, -, 0, -, false, http://h:80/a/x?q=1, http://h:80/a/x?q=1",
        "https, -, 0, -, false, http://h:80/a, https://h/a",
        "https, -, 0, -, false, http://h/a, https://h/a",
        "http, -, 0, -, false, http://h:80/a, http://h:80/a",
        "-, new, 0, -, false, http://h:80/a, http://new/a",
        "-, -, 8443, -, false, http://h:80/a, http://h:8443/a",
        "https, new, 444, -, false, http://h/a, https://new:444/a",
        "-, -, 0, /b, false, http://h/a?q=1, http://h/b?q=1",
        "-, -, 0, /b, true, http://h/a?q=1, http://h/b",
        "-, -, 0, /b?r=2, false, http://h/a?q=1, http://h/b?r=2",
        "-, -, 0, /b?r=2, true, http://h/a?q=1, http://h/b?r=2",
        "-, -, 0, b, false, http://h/a, http://h/b",
        "-, -, 0, -, true, http://h/a?q=1, http://h/a",
      },
      nullValues = "-")
  void redirects(
      @Nullable String scheme,
      @Nullable String host,
      int port,
      @Nullable String path,
      boolean strip,
      String url,
      String location) {
    LocalReply reply =
        reply(
            new RouteAction.Redirect(302, scheme, host, port, path, new PathRewrite.None(), strip),
            TestHead.get(url));
    assertThat(reply.status()).isEqualTo(302);
    assertThat(reply.header("location")).isEqualTo(location);
    assertThat(reply.details()).isEqualTo("direct_response");
    assertThat(reply.body()).isEmpty();
  }

  @Test
  void redirectsRewritePaths() {
    RouteAction prefix =
        new RouteAction.Redirect(301, null, null, 0, null, new PathRewrite.Prefix("/b"), false);
    assertThat(reply(prefix, TestHead.get("http://h/a/x?q=1")).header("location"))
        .isEqualTo("http://h/b/x?q=1");
    RouteAction regex =
        new RouteAction.Redirect(
            301,
            null,
            null,
            0,
            null,
            new PathRewrite.Regex(new CompiledRegex("^/a/(.*)$"), "/\\1/a"),
            false);
    assertThat(reply(regex, TestHead.get("http://h/a/x?q=1")).header("location"))
        .isEqualTo("http://h/x/a?q=1");
  }

  @Test
  void directResponses() {
    LocalReply reply =
        reply(new RouteAction.DirectResponse(201, "grüß"), TestHead.get("http://h/a"));
    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.body()).isEqualTo("grüß");
    assertThat(reply.header("content-length")).isEqualTo("6");
    assertThat(reply.header("content-type")).isEqualTo("text/plain");
    LocalReply toHead =
        reply(new RouteAction.DirectResponse(200, "text"), TestHead.of("HEAD", "http://h/a"));
    assertThat(toHead.body()).isEmpty();
    assertThat(toHead.header("content-length")).isEqualTo("4");
    LocalReply empty = reply(new RouteAction.DirectResponse(502, ""), TestHead.get("http://h/a"));
    assertThat(empty.headers())
        .extracting(LocalReply.Header::name)
        .containsExactly("server", "date");
    assertThat(empty.header("server")).isEqualTo("envoy");
  }

  @Test
  void directResponsesGetTheMutationsOfTheirRoute() {
    Route route =
        new Route(
            "r",
            ANY_PATH,
            new RouteAction.DirectResponse(200, "x"),
            HeaderMutations.NONE,
            new HeaderMutations(
                List.of(
                    HeaderMutations.Add.of(
                        "x-seen",
                        "%REQ(:path)% %RESPONSE_CODE%",
                        HeaderMutations.AppendAction.OVERWRITE_IF_EXISTS_OR_ADD)),
                List.of("content-type")),
            FilterOverrides.NONE,
            "",
            null);
    LocalReply reply =
        (LocalReply) decide(port80(host("*", route)).build(), TestHead.get("http://h/p"));
    assertThat(reply.header("x-seen")).isEqualTo("/p 0");
    assertThat(reply.header("content-type")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "400, 13", "401, 16", "403, 7", "404, 12", "429, 14", "500, 2", "502, 14", "503, 14", "504, 14",
    "418, 2"
  })
  void grpcGetsAStatus(int http, String grpcStatus) {
    TestHead grpc = TestHead.of("POST", "http://h/a").with("content-type", "application/grpc");
    LocalReply reply = reply(new RouteAction.DirectResponse(http, "50 % off\n"), grpc);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEmpty();
    assertThat(reply.header("content-type")).isEqualTo("application/grpc");
    assertThat(reply.header("grpc-status")).isEqualTo(grpcStatus);
    assertThat(reply.header("grpc-message")).isEqualTo("50 %25 off%0A");
    assertThat(reply.header("content-length")).isNull();
  }

  @Test
  void flagsStandInTheOrderInWhichTheyWereSet() {
    ResponseFlags flags = new ResponseFlags();
    flags.add(ResponseFlag.URX);
    flags.add(ResponseFlag.UF);
    flags.add(ResponseFlag.URX);

    assertThat(flags.text()).isEqualTo("URX,UF");
    assertThat(ResponseFlags.text(flags.copy())).isEqualTo("URX,UF");
    assertThat(new ResponseFlags().text()).isEqualTo("-");
  }
}
