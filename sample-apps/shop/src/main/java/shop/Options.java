package shop;

import java.util.List;

/**
 * What a service is told on its command line.
 *
 * @param port to listen at; 0 picks a free one
 * @param logHeaders request headers that the log shows, lower case
 */
record Options(String name, String version, int port, List<String> logHeaders) {

  /**
   * Reads {@code --port N --name NAME --version V --log-headers a,b}.
   *
   * @throws IllegalArgumentException for anything else
   */
  static Options parse(String name, int port, String... args) {
    Options options = new Options(name, "v1", port, List.of());
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(args[i] + " needs a value");
      }
      options = options.with(args[i], args[i + 1]);
    }
    return options;
  }

  private Options with(String option, String value) {
    return switch (option) {
      case "--port" -> new Options(name, version, Integer.parseInt(value), logHeaders);
      case "--name" -> new Options(value, version, port, logHeaders);
      case "--version" -> new Options(name, value, port, logHeaders);
      case "--log-headers" -> new Options(name, version, port, List.of(value.split(",")));
      default ->
          throw new IllegalArgumentException(
              option + " is not one of --port, --name, --version, --log-headers");
    };
  }
}
