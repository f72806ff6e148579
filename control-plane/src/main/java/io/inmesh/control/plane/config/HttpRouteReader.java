package io.inmesh.control.plane.config;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.inmesh.control.plane.model.Destination;
import io.inmesh.control.plane.model.HttpMatch;
import io.inmesh.control.plane.model.HttpRoute;
import io.inmesh.control.plane.model.HttpRoute.Cors;
import io.inmesh.control.plane.model.HttpRoute.HeaderOperations;
import io.inmesh.control.plane.model.HttpRoute.Headers;
import io.inmesh.control.plane.model.HttpRoute.Mirror;
import io.inmesh.control.plane.model.HttpRoute.RegexRewrite;
import io.inmesh.control.plane.model.HttpRoute.Retries;
import io.inmesh.control.plane.model.HttpRoute.WeightedDestination;
import io.inmesh.control.plane.model.StringMatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the HTTP routes of one VirtualService. */
final class HttpRouteReader {
  private static final Destination NOWHERE = new Destination("", "", 0);

  private final String namespace;
  private final boolean ofDelegate;

  HttpRouteReader(String namespace, boolean ofDelegate) {
    this.namespace = namespace;
    this.ofDelegate = ofDelegate;
  }

  HttpRoute read(Fields fields) {
    List<HttpMatch> matches = fields.list("match", this::match);
    List<WeightedDestination> destinations = fields.list("route", this::weighted);
    HttpRoute.Redirect redirect = fields.object("redirect", HttpRouteReader::redirect);
    HttpRoute.DirectResponse direct =
        fields.object("directResponse", HttpRouteReader::directResponse);
    HttpRoute.Delegate delegate =
        fields.object(
            "delegate",
            d -> new HttpRoute.Delegate(d.requiredString("name"), d.string("namespace")));
    HttpRoute.Rewrite rewrite = fields.object("rewrite", HttpRouteReader::rewrite);
    int actions =
        (destinations.isEmpty() ? 0 : 1)
            + (redirect == null ? 0 : 1)
            + (direct == null ? 0 : 1)
            + (delegate == null ? 0 : 1);
    if (actions == 0) {
      fields.error("", "one of route, redirect, directResponse and delegate is required");
    } else if (actions > 1) {
      fields.error("", "only one of route, redirect, directResponse and delegate can be given");
    }
    if (redirect != null && rewrite != null) {
      fields.error("rewrite", "cannot be given with redirect");
    }
    if (ofDelegate && delegate != null) {
      fields.error("delegate", "a delegate cannot delegate further");
    }
    if (destinations.size() > 1) {
      checkWeights(fields, destinations.stream().mapToLong(WeightedDestination::weight).toArray());
    }
    return new HttpRoute(
        fields.string("name"),
        matches,
        destinations,
        redirect,
        direct,
        delegate,
        rewrite,
        positive(fields, "timeout"),
        fields.object("retries", HttpRouteReader::retries),
        fields.object("fault", HttpRouteReader::fault),
        mirrors(fields),
        fields.object("corsPolicy", HttpRouteReader::cors),
        headers(fields),
        fields.source());
  }

  /** Several destinations must share a total above zero, as Envoy demands. */
  static void checkWeights(Fields fields, long[] weights) {
    if (weights.length < 2) {
      return;
    }
    long total = 0;
    for (long weight : weights) {
      total += weight;
    }
    if (total == 0) {
      fields.error("route", "the weights of several destinations add up to 0");
    } else if (total > 0xFFFFFFFFL) {
      fields.error("route", "the weights of the destinations add up to more than 4294967295");
    }
  }

  static Destination destination(Fields fields, String namespace) {
    Destination destination =
        fields.object("destination", d -> HostNames.destination(d, namespace));
    if (destination == null) {
      fields.error("destination", "is required");
      return NOWHERE;
    }
    return destination;
  }

  private WeightedDestination weighted(Fields fields) {
    return new WeightedDestination(
        destination(fields, namespace),
        fields.integer("weight", 0, 0, Integer.MAX_VALUE),
        headers(fields));
  }

  private HttpMatch match(Fields fields) {
    Map<String, StringMatch> headers = matches(fields, "headers");
    Map<String, StringMatch> without = matches(fields, "withoutHeaders");
    return new HttpMatch(
        fields.string("name"),
        stringMatch(fields, "uri"),
        stringMatch(fields, "scheme"),
        stringMatch(fields, "method"),
        stringMatch(fields, "authority"),
        headers,
        without,
        matches(fields, "queryParams"),
        fields.integer("port", 0, 1, 65535),
        fields.stringMap("sourceLabels"),
        fields.string("sourceNamespace"),
        fields.strings("gateways"),
        fields.bool("ignoreUriCase", false),
        fields.string("statPrefix"));
  }

  private static Map<String, StringMatch> matches(Fields fields, String name) {
    return new LinkedHashMap<>(fields.objectMap(name, HttpRouteReader::stringMatch));
  }

  private static @Nullable StringMatch stringMatch(Fields fields, String name) {
    return fields.object(name, HttpRouteReader::stringMatch);
  }

  private static StringMatch stringMatch(Fields fields) {
    StringMatch found = StringMatch.PRESENT;
    int given = 0;
    for (StringMatch.Kind kind : StringMatch.Kind.values()) {
      String name = kind.name().toLowerCase(java.util.Locale.ROOT);
      if (fields.has(name)) {
        given++;
        found = new StringMatch(kind, fields.string(name));
      }
    }
    if (given > 1) {
      fields.error("", "only one of exact, prefix and regex can be given");
    }
    if (found.kind() == StringMatch.Kind.REGEX && !found.isPresence()) {
      checkRegex(fields, "regex", found.value());
    }
    return found;
  }

  private static void checkRegex(Fields fields, String name, String regex) {
    try {
      Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      fields.error(name, "not an RE2 expression: " + e.getDescription() + " in \"" + regex + "\"");
    }
  }

  private static HttpRoute.Redirect redirect(Fields fields) {
    boolean fromRequest = false;
    boolean derived = fields.has("derivePort");
    if (derived) {
      String derive = fields.string("derivePort");
      fromRequest = derive.equals("FROM_REQUEST_PORT");
      if (!fromRequest && !derive.equals("FROM_PROTOCOL_DEFAULT")) {
        fields.error("derivePort", "must be FROM_REQUEST_PORT or FROM_PROTOCOL_DEFAULT");
      }
    }
    int port = fields.integer("port", 0, 1, 65535);
    int code = fields.integer("redirectCode", 301, 0, 999);
    if (code != 0 && code != 301 && code != 302 && code != 303 && code != 307 && code != 308) {
      fields.error("redirectCode", code + " is none of 301, 302, 303, 307 and 308");
    }
    return new HttpRoute.Redirect(
        fields.string("uri"),
        fields.string("authority"),
        fields.string("scheme"),
        port,
        fromRequest,
        derived || port != 0,
        code == 0 ? 301 : code);
  }

  private static HttpRoute.DirectResponse directResponse(Fields fields) {
    if (!fields.has("status")) {
      fields.error("status", "is required");
    }
    int status = fields.integer("status", 200, 200, 599);
    String[] body = new String[1];
    boolean[] bytes = new boolean[1];
    fields.object(
        "body",
        b -> {
          bytes[0] = b.has("bytes");
          body[0] = bytes[0] ? b.string("bytes") : b.string("string");
          if (bytes[0] && !isBase64(body[0])) {
            b.error("bytes", "is not base64");
          }
          return b;
        });
    return new HttpRoute.DirectResponse(status, body[0], bytes[0]);
  }

  private static boolean isBase64(String text) {
    try {
      return Base64.getDecoder().decode(text) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static HttpRoute.Rewrite rewrite(Fields fields) {
    RegexRewrite regex =
        fields.object(
            "uriRegexRewrite",
            r -> {
              String match = r.requiredString("match");
              checkRegex(r, "match", match);
              return new RegexRewrite(match, r.string("rewrite"));
            });
    String uri = fields.string("uri");
    if (regex != null && !uri.isEmpty()) {
      fields.error("uri", "cannot be given with uriRegexRewrite");
    }
    return new HttpRoute.Rewrite(uri, fields.string("authority"), regex);
  }

  static Retries retries(Fields fields) {
    int attempts = fields.integer("attempts", 0, 0, Integer.MAX_VALUE);
    Duration perTry = positive(fields, "perTryTimeout");
    if (attempts == 0 && (perTry != null || fields.has("retryOn"))) {
      fields.error("attempts", "must be positive when perTryTimeout or retryOn is given");
    }
    return new Retries(
        attempts,
        perTry,
        fields.string("retryOn"),
        fields.bool("retryRemoteLocalities", false),
        positive(fields, "backoff"),
        fields.bool("retryIgnorePreviousHosts", true));
  }

  private static HttpRoute.Fault fault(Fields fields) {
    HttpRoute.Delay delay =
        fields.object(
            "delay",
            d -> {
              Duration fixed = positive(d, "fixedDelay");
              if (fixed == null) {
                d.error("fixedDelay", "is required");
              }
              return new HttpRoute.Delay(fixed == null ? Duration.ZERO : fixed, percentage(d));
            });
    HttpRoute.Abort abort =
        fields.object(
            "abort",
            a -> {
              int status = a.integer("httpStatus", 0, 200, 600);
              String grpc = a.string("grpcStatus");
              if (status == 0 && grpc.isEmpty()) {
                a.error("httpStatus", "httpStatus or grpcStatus is required");
              }
              return new HttpRoute.Abort(status, grpc, percentage(a));
            });
    if (delay == null && abort == null) {
      fields.error("", "delay or abort is required");
    }
    return new HttpRoute.Fault(delay, abort);
  }

  private static double percentage(Fields fields) {
    Double value = fields.object("percentage", p -> p.decimal("value", 0, 0, 100));
    int whole = fields.integer("percent", 100, 0, 100);
    return value != null ? value : whole;
  }

  private List<Mirror> mirrors(Fields fields) {
    List<Mirror> out = new ArrayList<>();
    Destination mirror = fields.object("mirror", d -> HostNames.destination(d, namespace));
    Double percentage = fields.object("mirrorPercentage", p -> p.decimal("value", 0, 0, 100));
    int percent = fields.integer("mirrorPercent", 100, 0, 100);
    if (mirror != null) {
      out.add(new Mirror(mirror, percentage != null ? percentage : percent));
    }
    List<Mirror> more =
        fields.list(
            "mirrors",
            m -> {
              Double share = m.object("percentage", p -> p.decimal("value", 0, 0, 100));
              return new Mirror(destination(m, namespace), share == null ? 100 : share);
            });
    if (mirror != null && !more.isEmpty()) {
      fields.error("mirrors", "cannot be given with mirror");
    }
    out.addAll(more);
    return out;
  }

  private static Cors cors(Fields fields) {
    List<StringMatch> origins = fields.list("allowOrigins", HttpRouteReader::stringMatch);
    List<StringMatch> all = new ArrayList<>(origins);
    for (String exact : fields.strings("allowOrigin")) {
      all.add(new StringMatch(StringMatch.Kind.EXACT, exact));
    }
    boolean forward = !fields.string("unmatchedPreflights").equals("IGNORE");
    return new Cors(
        List.copyOf(all),
        fields.strings("allowMethods"),
        fields.strings("allowHeaders"),
        fields.strings("exposeHeaders"),
        fields.duration("maxAge"),
        fields.boolOrNull("allowCredentials"),
        forward);
  }

  private static HeaderOperations headers(Fields fields) {
    HeaderOperations operations =
        fields.object(
            "headers",
            h -> {
              Headers request = h.object("request", HttpRouteReader::operations);
              Headers response = h.object("response", HttpRouteReader::operations);
              return new HeaderOperations(
                  request == null ? Headers.NONE : request,
                  response == null ? Headers.NONE : response);
            });
    return operations == null ? HeaderOperations.NONE : operations;
  }

  private static Headers operations(Fields fields) {
    return new Headers(fields.stringMap("set"), fields.stringMap("add"), fields.strings("remove"));
  }

  private static @Nullable Duration positive(Fields fields, String name) {
    return fields.duration(name);
  }
}
