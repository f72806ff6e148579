package io.inmesh.it.life;

import java.util.logging.LogManager;

/** One that an app brings along, as application servers do. */
public final class AppLogManager extends LogManager {}
