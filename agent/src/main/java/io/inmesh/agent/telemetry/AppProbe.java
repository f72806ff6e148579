package io.inmesh.agent.telemetry;

import io.inmesh.agent.config.JsonReader;
import io.inmesh.engine.LocalReply.Header;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A probe of a kubelet, as the pod's author has written it. Injection makes it ask the telemetry
 * port instead, and leaves the original in {@code ISTIO_KUBE_APP_PROBERS}, by path.
 */
public sealed interface AppProbe {
  /** Where Istio's injector leaves the probes. */
  String VARIABLE = "ISTIO_KUBE_APP_PROBERS";

  /** Kubernetes' default of {@code timeoutSeconds}. */
  Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);

  /** The app's port. */
  int port();

  /** How long the app may take. */
  Duration timeout();

  /** A GET; well is a status from 200 to 399. */
  record Http(boolean tls, int port, String target, List<Header> headers, Duration timeout)
      implements AppProbe {
    public Http {
      headers = List.copyOf(headers);
    }
  }

  /** A connection. */
  record Tcp(int port, Duration timeout) implements AppProbe {}

  /** A call of {@code grpc.health.v1.Health}. */
  record Grpc(int port, String service, Duration timeout) implements AppProbe {}

  /**
   * Reads the variable's value.
   *
   * @return by the path that the kubelet asks for
   * @throws IllegalArgumentException that names the probe which makes no sense
   */
  static Map<String, AppProbe> parse(String json) {
    Map<String, AppProbe> probes = new LinkedHashMap<>();
    JsonReader.object(VARIABLE, json)
        .forEach((path, value) -> probes.put(path, new Reader(path).probe(value)));
    return probes;
  }

  /** Reads one of them. */
  record Reader(String path) {
    private AppProbe probe(Object value) {
      Map<?, ?> fields = object(value);
      Duration timeout =
          fields.containsKey("timeoutSeconds")
              ? Duration.ofSeconds(Math.max(1, number(fields.get("timeoutSeconds"))))
              : DEFAULT_TIMEOUT;
      if (fields.containsKey("httpGet")) {
        return http(object(fields.get("httpGet")), timeout);
      }
      if (fields.containsKey("tcpSocket")) {
        return new Tcp(number(object(fields.get("tcpSocket")).get("port")), timeout);
      }
      if (fields.containsKey("grpc")) {
        Map<?, ?> grpc = object(fields.get("grpc"));
        return new Grpc(number(grpc.get("port")), text(grpc.get("service"), ""), timeout);
      }
      throw wrong("neither httpGet nor tcpSocket nor grpc");
    }

    private Http http(Map<?, ?> get, Duration timeout) {
      String target = text(get.get("path"), "/");
      List<Header> headers = new ArrayList<>();
      if (get.get("httpHeaders") instanceof List<?> list) {
        for (Object each : list) {
          Map<?, ?> header = object(each);
          headers.add(new Header(text(header.get("name"), ""), text(header.get("value"), "")));
        }
      }
      return new Http(
          text(get.get("scheme"), "HTTP").equalsIgnoreCase("HTTPS"),
          number(get.get("port")),
          target.startsWith("/") ? target : "/" + target,
          headers,
          timeout);
    }

    private Map<?, ?> object(@Nullable Object value) {
      if (value instanceof Map<?, ?> map) {
        return map;
      }
      throw wrong("an object is expected");
    }

    private static String text(@Nullable Object value, String otherwise) {
      return value instanceof String text && !text.isEmpty() ? text : otherwise;
    }

    private int number(@Nullable Object value) {
      try {
        return Integer.parseInt(text(value, ""));
      } catch (NumberFormatException e) {
        throw wrong("a number is expected");
      }
    }

    private IllegalArgumentException wrong(String why) {
      return new IllegalArgumentException(VARIABLE + " is not usable at " + path + ": " + why);
    }
  }
}
