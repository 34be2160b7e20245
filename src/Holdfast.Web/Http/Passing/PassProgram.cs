using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Texts;

namespace Holdfast.Web.Http.Passing;

/// <summary>What holds for requests that a place passes on, whatever the protocol. Made once, at load.</summary>
internal abstract class PassProgram(ProxySettings settings)
{
    /// <summary>As it was configured.</summary>
    internal ProxySettings Settings { get; } = settings;

    /// <summary><c>proxy_connect_timeout</c> in milliseconds.</summary>
    internal long ConnectTimeout { get; } = (long)settings.ConnectTimeout.TotalMilliseconds;

    /// <summary><c>proxy_send_timeout</c> in milliseconds.</summary>
    internal long SendTimeout { get; } = (long)settings.SendTimeout.TotalMilliseconds;

    /// <summary><c>proxy_read_timeout</c> in milliseconds.</summary>
    internal long ReadTimeout { get; } = (long)settings.ReadTimeout.TotalMilliseconds;

    /// <summary>The largest head of an answer.</summary>
    internal int HeadBytesMax { get; } = (int)Math.Min(settings.BufferBytes, 1 << 20);

    /// <summary>Bytes of an answer that are kept in memory for a slow client.</summary>
    internal long MemoryMax { get; } = settings.BufferBytes + (settings.BufferSet.Count * settings.BufferSet.SizeBytes);

    /// <summary>Whether the request's body is read whole before it is passed on.</summary>
    internal bool BuffersRequests { get; } = settings.BuffersRequests;

    /// <summary>Whether the answer is taken as fast as the peer makes it.</summary>
    internal bool Buffers { get; } = settings.Buffers;

    /// <summary>Which fields of answers are not passed on, and what is made of others.</summary>
    internal AnswerFieldRules Fields { get; init; } = null!;

    /// <summary>What error logs call it: "http", "fastcgi".</summary>
    internal abstract string Scheme { get; }

    /// <summary>Finds where a request goes.</summary>
    /// <param name="passed">The request.</param>
    /// <returns>Null: nowhere; the request was answered.</returns>
    internal abstract UpstreamProgram? Choose(PassedRequest passed);

    /// <summary>Writes what is sent to the peer before the body.</summary>
    internal abstract void WriteHead(PassedRequest passed, TextBuilder to);

    /// <summary>Reads what comes back.</summary>
    internal abstract ResponseReader CreateReader();
}
