using System.Runtime.CompilerServices;
using Holdfast.Linux.Memory;
using Holdfast.Web.Loops;

namespace Holdfast.Web.Http.Answers;

/// <summary>Where an answer goes of which nobody wants the body.</summary>
internal sealed class NoSink(WebLoop loop) : IAnswerSink
{
    private static readonly ConditionalWeakTable<WebLoop, NoSink> s_sinks = [];

    public bool HasRoom => true;

    /// <summary>That of a loop.</summary>
    internal static NoSink Of(WebLoop loop) => s_sinks.GetValue(loop, static one => new NoSink(one));

    public void Put(scoped ReadOnlySpan<byte> bytes)
    {
    }

    public void Put(BufferPart part) => loop.Buffers.Return(part.Buffer);

    public void Flush()
    {
    }
}
