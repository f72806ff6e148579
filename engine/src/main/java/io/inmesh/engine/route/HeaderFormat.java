package io.inmesh.engine.route;

import io.inmesh.engine.match.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The value of a header mutation: literal text and substitution commands {@code
 * %COMMAND(argument):length%}; {@code %%} is a percent sign.
 */
public final class HeaderFormat {
  /** The commands that make sense for a request in a process. */
  public enum Command {
    REQ,
    RESP,
    PROTOCOL,
    ROUTE_NAME,
    VIRTUAL_CLUSTER_NAME,
    RESPONSE_CODE,
    RESPONSE_FLAGS,
    RESPONSE_CODE_DETAILS,
    REQUESTED_SERVER_NAME,
    UPSTREAM_HOST,
    UPSTREAM_CLUSTER,
    UPSTREAM_CLUSTER_RAW,
    UPSTREAM_REMOTE_ADDRESS,
    UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT,
    UPSTREAM_REMOTE_PORT,
    UPSTREAM_REQUEST_ATTEMPT_COUNT,
    UPSTREAM_TRANSPORT_FAILURE_REASON,
    DOWNSTREAM_REMOTE_ADDRESS,
    DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT,
    DOWNSTREAM_REMOTE_PORT,
    DOWNSTREAM_DIRECT_REMOTE_ADDRESS,
    DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT,
    DOWNSTREAM_LOCAL_ADDRESS,
    DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT,
    DOWNSTREAM_LOCAL_PORT,
    DOWNSTREAM_PEER_URI_SAN,
    DOWNSTREAM_LOCAL_URI_SAN
  }

  /** What the commands ask about; null is "not known here". */
  public interface Context {
    /** A request header as matchers see it, pseudo-headers included. */
    @Nullable String requestHeader(String lowerCaseName);

    /** A response header. */
    @Nullable String responseHeader(String lowerCaseName);

    /** The value of a command without argument. */
    @Nullable String value(Command command);
  }

  private record Part(
      @Nullable String literal,
      @Nullable Command command,
      String name,
      String alternative,
      int maxLength) {}

  private final String text;
  private final List<Part> parts;

  private HeaderFormat(String text, List<Part> parts) {
    this.text = text;
    this.parts = List.copyOf(parts);
  }

  /**
   * Parses a value as Envoy does.
   *
   * @throws UnsupportedFeatureException for a well-formed command that is not in {@link Command}
   * @throws IllegalArgumentException for a malformed one, and for what ends a line
   */
  public static HeaderFormat parse(String text) {
    HeaderMutations.oneLine("HeaderValue.value", text);
    List<Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c != '%') {
        literal.append(c);
        i++;
      } else if (text.startsWith("%%", i)) {
        literal.append('%');
        i += 2;
      } else {
        int end = commandEnd(text, i + 1);
        flush(literal, parts);
        parts.add(command(text, text.substring(i + 1, end)));
        i = end + 1;
      }
    }
    flush(literal, parts);
    return new HeaderFormat(text, parts);
  }

  /** A value without commands. */
  public static HeaderFormat literal(String value) {
    return new HeaderFormat(value, List.of(new Part(value, null, "", "", -1)));
  }

  /** The value as configured. */
  public String text() {
    return text;
  }

  /** The value for one request; a command without a value contributes nothing. */
  public String format(Context context) {
    if (parts.size() == 1) {
      return part(parts.get(0), context);
    }
    StringBuilder out = new StringBuilder();
    for (Part part : parts) {
      out.append(part(part, context));
    }
    return out.toString();
  }

  private static String part(Part part, Context context) {
    if (part.command == null) {
      return part.literal == null ? "" : part.literal;
    }
    String value = valueOf(part.command, part.name, context);
    if (value == null && !part.alternative.isEmpty()) {
      value = valueOf(part.command, part.alternative, context);
    }
    if (value == null) {
      return "";
    }
    boolean cut = part.maxLength >= 0 && value.length() > part.maxLength;
    return cut ? value.substring(0, part.maxLength) : value;
  }

  private static @Nullable String valueOf(Command command, String name, Context context) {
    return switch (command) {
      case REQ -> context.requestHeader(name);
      case RESP -> context.responseHeader(name);
      default -> context.value(command);
    };
  }

  private static int commandEnd(String text, int from) {
    int depth = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == '%' && depth <= 0) {
        return i;
      }
    }
    throw incorrect(text, from - 1);
  }

  private static Part command(String text, String body) {
    int open = body.indexOf('(');
    int close = body.lastIndexOf(')');
    int colon = body.indexOf(':', Math.max(close, 0));
    int nameEnd = open >= 0 ? open : colon >= 0 ? colon : body.length();
    String name = body.substring(0, nameEnd);
    if (name.isEmpty() || !name.matches("[A-Z0-9_]+") || open >= 0 != close >= 0) {
      throw incorrect(text, text.indexOf('%'));
    }
    int maxLength = -1;
    if (colon >= 0) {
      try {
        maxLength = Integer.parseInt(body.substring(colon + 1));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "Length must be an integer, given: " + body.substring(colon + 1), e);
      }
    }
    Command command = null;
    for (Command candidate : Command.values()) {
      command = candidate.name().equals(name) ? candidate : command;
    }
    if (command == null) {
      throw new UnsupportedFeatureException("Not supported field in StreamInfo: " + name);
    }
    String argument = open >= 0 ? body.substring(open + 1, close).toLowerCase(Locale.ROOT) : "";
    boolean takesName = command == Command.REQ || command == Command.RESP;
    if (takesName == argument.isEmpty()) {
      throw incorrect(text, text.indexOf('%'));
    }
    int question = argument.indexOf('?');
    return new Part(
        null,
        command,
        question < 0 ? argument : argument.substring(0, question),
        question < 0 ? "" : argument.substring(question + 1),
        maxLength);
  }

  private static void flush(StringBuilder literal, List<Part> parts) {
    if (literal.length() > 0) {
      parts.add(new Part(literal.toString(), null, "", "", -1));
      literal.setLength(0);
    }
  }

  private static IllegalArgumentException incorrect(String text, int at) {
    return new IllegalArgumentException(
        "Incorrect configuration: " + text + ". Couldn't find valid command at position " + at);
  }
}
