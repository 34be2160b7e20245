namespace Holdfast.HAProxyParity.Tests.Scenarios;

/// <summary>One thing that an actor does.</summary>
/// <param name="Verb">What: see data/README.md.</param>
/// <param name="Argument">Of what; empty when nothing is said.</param>
/// <param name="Line">Where it stands in its file, from 1.</param>
internal sealed record Step(string Verb, string Argument, int Line);
