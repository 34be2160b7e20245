using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived;

/// <summary>A kind of finding: its stable id, how bad it is, and how the original counts it.</summary>
/// <param name="Id">Such as "KA0107".</param>
/// <param name="Severity">How bad, unless the place says otherwise.</param>
/// <param name="Original">Exit-code class of keepalived 2.2.7.</param>
/// <param name="Title">What it is about, for the documentation.</param>
public sealed record FindingCode(string Id, Severity Severity, OriginalClass Original, string Title);
