/**
 * The program {@code environment/lipkit}: one class for each subcommand, {@link
 * org.lipkit.command.Lipkit} puts them together.
 */
package org.lipkit.command;
