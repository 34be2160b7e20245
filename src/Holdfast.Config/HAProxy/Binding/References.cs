using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>What a name refers to.</summary>
internal enum ReferenceKind : byte
{
    Table,
    Backend,
    Frontend,
    Server,
    Userlist,
    ErrorSection,
}

/// <summary>A name that must be defined somewhere in the files.</summary>
/// <param name="Kind">What it refers to.</param>
/// <param name="Name">The name; empty: that of the proxy where it stands.</param>
/// <param name="Proxy">The section where it stands; empty: none.</param>
/// <param name="Span">Where it stands.</param>
internal sealed record Reference(ReferenceKind Kind, string Name, string Proxy, SourceSpan Span);
