/** The commands of {@code ./inmesh} against agents at work. */
@NullMarked
package io.inmesh.it.commands;

import org.jspecify.annotations.NullMarked;
