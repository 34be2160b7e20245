using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;

namespace Holdfast.HAProxy.Samples;

/// <summary>What a fetch or converter is compiled from.</summary>
/// <param name="Environment">The configuration.</param>
/// <param name="Name">Its name.</param>
/// <param name="All">Its arguments.</param>
/// <param name="Iterates">Whether an ACL asks for one value after the other.</param>
internal readonly record struct StepArguments(
    CompileEnvironment Environment, string Name, ImmutableArray<SampleArgument> All, bool Iterates)
{
    /// <summary>Whether the argument is there and not empty.</summary>
    public bool Has(int index) => index < All.Length && All[index].Text.Length > 0;

    /// <summary>The argument as text; a default when it is left out.</summary>
    public string Text(int index, string otherwise = "") => index < All.Length ? All[index].Text : otherwise;

    /// <summary>The argument as bytes.</summary>
    public byte[] Bytes(int index, string otherwise = "") => ByteText.ToBytes(Text(index, otherwise));

    /// <summary>The argument as a number.</summary>
    public long Integer(int index, long otherwise = 0) => Has(index) ? All[index].Integer : otherwise;

    /// <summary>The proxy of an argument that may be left out.</summary>
    public string Proxy(int index) => Has(index) ? All[index].Text : Environment.CurrentProxy;
}
