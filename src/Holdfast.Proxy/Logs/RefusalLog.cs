using Holdfast.HAProxy.LogFormats;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Logs;

/// <summary>Logs clients that went, or were sent away, before a session began.</summary>
/// <param name="options">The listener.</param>
/// <param name="isError">Whether they are errors (<c>option log-separate-errors</c>).</param>
/// <param name="senders">Where to.</param>
internal sealed class RefusalLog(FrontendOptions options, bool isError, LogSender[] senders)
{
    private const int Info = 6;
    private const int Error = 3;
    private const int TextSizeMax = 512;
    private const long NanosecondsPerMillisecond = 1_000_000;
    private const string Months = "JanFebMarAprMayJunJulAugSepOctNovDec";

    private readonly string _name = options.ListenerName.Length > 0
        ? $"{options.Name}/{options.ListenerName}"
        : FormattableString.Invariant($"{options.Name}/{options.ListenerId}");

    /// <summary>Writes a line.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="ageMilliseconds">How long ago it was accepted.</param>
    /// <param name="reason">Why there is no session.</param>
    internal void OnRefused(Connection client, long ageMilliseconds, ReadOnlySpan<byte> reason)
    {
        Span<byte> buffer = stackalloc byte[TextSizeMax];
        LogWriter text = new(buffer);
        if (options.Bind.IsUnix && client.Announced is null)
        {
            text.Put("unix:"u8);
            text.PutNumber(options.ListenerId);
        }
        else if (client.GetPeer(out IpAddress peer, out int port) == Errno.Success)
        {
            text.PutEndpoint(peer, port);
        }
        else
        {
            return; // it has been reset: nobody knows any more who it was
        }
        text.Put(" ["u8);
        PutDate(ref text, (MonotonicClock.RealtimeNanoseconds / NanosecondsPerMillisecond) - ageMilliseconds);
        text.Put("] "u8);
        text.PutText(_name);
        text.Put(": "u8);
        text.Put(reason);
        foreach (LogSender sender in senders)
        {
            sender.Send(isError ? Error : Info, buffer[..text.Length]);
        }
    }

    private static void PutDate(ref LogWriter text, long milliseconds)
    {
        DateTime utc = DateTime.UnixEpoch.AddMilliseconds(milliseconds);
        DateTime local = utc + TimeZoneInfo.Local.GetUtcOffset(utc);
        text.PutPadded(local.Day, 2);
        text.Put((byte)'/');
        text.PutText(Months.AsSpan((local.Month - 1) * 3, 3));
        text.Put((byte)'/');
        text.PutNumber(local.Year);
        foreach (int part in (ReadOnlySpan<int>)[local.Hour, local.Minute, local.Second])
        {
            text.Put((byte)':');
            text.PutPadded(part, 2);
        }
        text.Put((byte)'.');
        text.PutPadded(local.Millisecond, 3);
    }
}
