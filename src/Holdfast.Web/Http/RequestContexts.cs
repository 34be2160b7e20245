using System.Text;
using Holdfast.Http.H1;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Texts;
using Holdfast.Primitives;

namespace Holdfast.Web.Http;

/// <summary>What lines of the error log say of a request behind their message.</summary>
internal static class RequestContexts
{
    /// <summary>Puts the message and what follows.</summary>
    internal static void Put(Exchange exchange, string message, TextBuilder line)
    {
        line.Put(Encoding.UTF8.GetBytes(message));
        line.Put(", client: "u8);
        if (exchange.ClientAddress.IsNone)
        {
            line.Put("unix:"u8);
        }
        else
        {
            line.Advance(AddressText.Write(exchange.ClientAddress, line.Room(64)));
        }
        line.Put(", server: "u8);
        line.Put(exchange.Request.Place.ServerName);
        HeadView view = exchange.View;
        if (!view.ReceivedStartLine.IsEmpty)
        {
            PutQuoted(line, ", request: "u8, view.ReceivedStartLine);
        }
        if (exchange.Passing is { } passing)
        {
            passing.PutContext(line);
        }
        PutQuoted(line, ", host: "u8, view.First(KnownHeader.Host));
        PutQuoted(line, ", referrer: "u8, view.First(KnownHeader.Referer));
    }

    private static void PutQuoted(TextBuilder line, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            line.Put(name);
            line.Put((byte)'"');
            line.Put(value);
            line.Put((byte)'"');
        }
    }
}
