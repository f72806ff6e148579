/** What an application archive will use, and whether the mesh routes it. */
@NullMarked
package io.inmesh.cli.scan;

import org.jspecify.annotations.NullMarked;
