namespace Holdfast.HAProxyParity.Tests.Scenarios;

/// <summary>A configuration, and what clients and servers do with it.</summary>
/// <param name="Name">Unique over all files.</param>
/// <param name="Id">What <c>{id}</c> stands for: unique in its file.</param>
/// <param name="Configuration">Sections with placeholders.</param>
/// <param name="Scripts">By actor: <c>c1</c> a client, <c>s1</c> a server; in the order of the file.</param>
internal sealed record Scenario(
    string Name, string Id, string Configuration, IReadOnlyDictionary<string, IReadOnlyList<Step>> Scripts);
