using Holdfast.Linux.Memory;

namespace Holdfast.Web.Http.Answers;

/// <summary>Where an answer goes: to a client, or to the request that a subrequest was made for.</summary>
internal interface IAnswerSink
{
    /// <summary>Whether more may be given: whoever makes the answer waits otherwise until it is asked.</summary>
    bool HasRoom { get; }

    /// <summary>Puts bytes, which are copied.</summary>
    void Put(scoped ReadOnlySpan<byte> bytes);

    /// <summary>Puts a buffer of the pool, which is the sink's from now on.</summary>
    void Put(BufferPart part);

    /// <summary>Has all that was put leave.</summary>
    void Flush();
}
