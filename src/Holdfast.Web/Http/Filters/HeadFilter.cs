using Holdfast.Linux.Memory;

namespace Holdfast.Web.Http.Filters;

/// <summary>Looks at the head of an answer before it is written, changes it, may add a filter of the body.</summary>
internal abstract class HeadFilter
{
    /// <summary>The head is about to be written.</summary>
    internal abstract void OnHead(Exchange exchange);
}

/// <summary>Changes the body of an answer on its way. One of a request.</summary>
internal abstract class BodyFilter
{
    /// <summary>The filter behind it; null: the body goes out.</summary>
    internal BodyFilter? Next { get; set; }

    /// <summary>The body is over, or nobody wants the rest.</summary>
    internal virtual void Dispose()
    {
    }

    /// <summary>A part of the body; the bytes hold during the call.</summary>
    internal abstract void OnBody(Exchange exchange, scoped ReadOnlySpan<byte> bytes);

    /// <summary>The end of the body; the filter must pass it on to <see cref="Next"/>.</summary>
    internal virtual void OnEnd(Exchange exchange) => Next?.OnEnd(exchange);

    /// <summary>A part that is a buffer of its own, which is the filter's from now on.</summary>
    internal virtual void OnPart(Exchange exchange, BufferPart part)
    {
        OnBody(exchange, exchange.Http.Loop.Buffers.Bytes(part));
        exchange.Http.Loop.Buffers.Return(part.Buffer);
    }

    /// <summary>Gives bytes to what is behind it.</summary>
    protected void PassOn(Exchange exchange, scoped ReadOnlySpan<byte> bytes)
    {
        if (Next is { } next)
        {
            next.OnBody(exchange, bytes);
        }
        else
        {
            exchange.WriteOut(bytes);
        }
    }

    /// <inheritdoc cref="PassOn(Exchange, ReadOnlySpan{byte})"/>
    protected void PassOn(Exchange exchange, BufferPart part)
    {
        if (Next is { } next)
        {
            next.OnPart(exchange, part);
        }
        else
        {
            exchange.WriteOut(part);
        }
    }
}
