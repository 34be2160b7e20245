namespace Holdfast.Http.H1;

/// <summary>Methods that something here depends on (RFC 9110 section 9, RFC 5789).</summary>
#pragma warning disable CS1591 // Each member is the method of that name.
public enum RequestMethod : byte
{
    /// <summary>Any other one: case counts, so "get" is one of them.</summary>
    Other = 0,
    Get,
    Head,
    Post,
    Put,
    Delete,
    Connect,
    Options,
    Trace,
    Patch,
}

/// <summary>The names of <see cref="RequestMethod"/>.</summary>
public static class RequestMethods
{
    /// <summary>The method that has this name.</summary>
    public static RequestMethod Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 when name.SequenceEqual("GET"u8) => RequestMethod.Get,
        3 when name.SequenceEqual("PUT"u8) => RequestMethod.Put,
        4 when name.SequenceEqual("POST"u8) => RequestMethod.Post,
        4 when name.SequenceEqual("HEAD"u8) => RequestMethod.Head,
        5 when name.SequenceEqual("PATCH"u8) => RequestMethod.Patch,
        5 when name.SequenceEqual("TRACE"u8) => RequestMethod.Trace,
        6 when name.SequenceEqual("DELETE"u8) => RequestMethod.Delete,
        7 when name.SequenceEqual("OPTIONS"u8) => RequestMethod.Options,
        7 when name.SequenceEqual("CONNECT"u8) => RequestMethod.Connect,
        _ => RequestMethod.Other,
    };
}
