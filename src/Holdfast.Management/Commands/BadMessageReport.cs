using System.Globalization;
using System.Text;
using Holdfast.Config.HAProxy.Syntax;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Management.Cli;
using Holdfast.Proxy.Http;

namespace Holdfast.Management.Commands;

/// <summary><c>show errors</c>: the last message of each proxy that was refused, with its bytes.</summary>
internal static class BadMessageReport
{
    private const string DateFormat = "dd/MMM/yyyy:HH:mm:ss.fff";
    private const int Wrap = 48; // what the original keeps free at the end of its buffers
    private const int LineMax = 80;

    internal static IEnumerable<string> Show(ManagedProcess process, CliRequest request)
    {
        int wanted = -1;
        if (request[2].Length > 0)
        {
            wanted = process.FindProxy(request[2])?.Id ?? (int)Math.Clamp(Units.Atol(request[2]), -1, int.MaxValue);
            if (wanted == 0)
            {
                return request.Error("No such proxy.\n");
            }
        }
        bool requests = request[3] != "response";
        bool responses = request[3] != "request";
        BadMessage[] all = [.. process.Proxies.SelectMany(proxy => new[]
        {
            requests ? proxy.Frontend?.BadRequest.Last : null, responses ? proxy.Backend?.BadResponse.Last : null,
        }).OfType<BadMessage>().Where(one => wanted < 0 || one.Proxy.Id == wanted || one.Other?.Id == wanted)];
        string now = process.Identity.Clock.GetLocalNow().ToString(DateFormat, CultureInfo.InvariantCulture);
        string head = string.Create(CultureInfo.InvariantCulture,
            $"Total events captured on [{now}] : {process.Engine.State.BadMessageCount}\n");
        return all.Select(one => Text(one, process)).Prepend(head);
    }

    private static string Text(BadMessage one, ManagedProcess process)
    {
        bool isResponse = one.Server is not null || one.Other is not null;
        int size = process.Model.Global.BufferSize;
        DateTimeOffset at = TimeZoneInfo.ConvertTime(
            DateTimeOffset.UnixEpoch.AddMicroseconds(one.At), process.Identity.Clock.LocalTimeZone);
        (string state, int number) = StateOf(one.Error, isResponse);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $" \n[{at.ToString(DateFormat, CultureInfo.InvariantCulture)}] ");
        text.Append(isResponse
            ? $"backend {Name(one.Proxy)}: invalid response\n  frontend {Name(one.Other)}"
            : $"frontend {Name(one.Proxy)}: invalid request\n  backend {Name(one.Other)}");
        text.Append(CultureInfo.InvariantCulture, $", server {Name(one.Server)}, event #{one.Event}, ");
        text.Append(one.Source.IsNone ? "src unix:0\n" : string.Create(
            CultureInfo.InvariantCulture, $"src {one.Source}:{one.SourcePort}\n"));
        text.Append(CultureInfo.InvariantCulture,
            $"  buffer starts at 0 (including 0 out), {Math.Max(0, size - one.Bytes.Length)} free,\n"
            + $"  len {one.Bytes.Length}, wraps at {size - Wrap}, error at position {one.Position}\n"
            + $"  H1 connection flags 0x00000000, H1 stream flags 0x00000000\n"
            + $"  H1 msg state {state}({number}), H1 msg flags 0x00000000\n"
            + $"  H1 chunk len 0 bytes, H1 body len 0 bytes :\n  \n");
        PutBytes(text, one.Bytes.Span);
        return text.ToString();
    }

    private static string Name(ProxyIdentity? identity) => identity is null ? "<NONE> (#-1)"
        : string.Create(CultureInfo.InvariantCulture, $"{identity.Name} (#{identity.Id})");

    /// <summary>Where the original's parser stands when it finds such a fault.</summary>
    private static (string, int) StateOf(H1Error error, bool isResponse) => error switch
    {
        H1Error.BadMethod => ("MSG_RQMETH", 2),
        H1Error.MissingTarget => ("MSG_RQMETH_SP", 3),
        H1Error.BadTarget or H1Error.NonAsciiTarget or H1Error.FragmentInTarget or H1Error.TargetTooLong
            => ("MSG_RQURI", 4),
        // It looks at the version when the line is over, and stands behind all states of heads then.
        H1Error.BadVersion or H1Error.VersionNotSupported => ("MSG_DATA", 27),
        H1Error.MissingVersion => ("MSG_RQVER", 6),
        H1Error.BadStatusLine => ("MSG_RPVER", 10),
        H1Error.EmptyHeaderName or H1Error.MissingColon or H1Error.SpaceBeforeColon or H1Error.BadHeaderName
            => ("MSG_HDR_NAME", 17),
        H1Error.NulInValue or H1Error.ControlInValue => ("MSG_HDR_VAL", 22),
        H1Error.None => isResponse ? ("MSG_CHUNK_SIZE", 26) : ("MSG_RQBEFORE", 0),
        _ => ("MSG_LAST_LF", 25),
    };

    /// <summary>Lines of offsets and bytes; one that goes on has a plus behind its offset.</summary>
    private static void PutBytes(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        var line = new StringBuilder();
        for (int at = 0, start = 0; at < bytes.Length;)
        {
            line.Clear();
            line.Append(CultureInfo.InvariantCulture, $"  {at:00000}{(at == start ? ' ' : '+')} ");
            while (at < bytes.Length)
            {
                string shown = Shown(bytes[at]);
                if (line.Length + shown.Length >= LineMax)
                {
                    break;
                }
                line.Append(shown);
                if (bytes[at++] == '\n')
                {
                    start = at;
                    break;
                }
            }
            text.Append(line).Append('\n');
        }
    }

    private static string Shown(byte one) => one switch
    {
        (byte)'\t' => "\\t",
        (byte)'\n' => "\\n",
        (byte)'\r' => "\\r",
        0x1B => "\\e",
        (byte)'\\' => "\\\\",
        >= 0x20 and < 0x7F => ((char)one).ToString(),
        _ => $"\\x{one:X2}",
    };
}
