using Holdfast.Nginx.Texts;
using Holdfast.Web.Http.Passing;
using Holdfast.Web.Http.Places;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Http;

/// <summary>The end of a request, and what logs are told of it.</summary>
internal sealed partial class Exchange
{
    /// <summary>Milliseconds that a client has between two parts of a body.</summary>
    internal long BodyTimeout => Place.BodyTimeout;

    /// <summary>Milliseconds that a client has to take what is sent.</summary>
    internal long SendTimeout => Place.SendTimeout;

    /// <summary>Milliseconds that the connection may rest behind the answer.</summary>
    internal long KeepAliveTimeout => HasBegun ? Place.KeepAliveTimeout : 0;

    /// <summary>The client has closed its connection, or it has failed.</summary>
    internal void OnClientGone()
    {
        if (_isDone)
        {
            return;
        }
        if (!_isAnswered)
        {
            Answer.Status = 499;
        }
        Cut(isReset: false);
    }

    /// <summary>The client does not send its body, or does not take the answer, in time.</summary>
    internal void OnClientTimeout(bool isReading)
    {
        Report(ErrorLevel.Info, "client timed out (110: Connection timed out) while "
            + (isReading ? "reading client request body" : "sending to client"));
        if (!_isAnswered)
        {
            Answer.Status = 408;
        }
        Cut(isReset: Place.ResetsTimedOut);
    }

    /// <summary>Ends in the middle: the client can tell that something is missing.</summary>
    internal void Cut(bool isReset)
    {
        StopContent();
        KeepsAlive = false;
        _isDone = true;
        if (isReset || !_isAnswered)
        {
            Session.Close(isReset);
            return;
        }
        Session.OnAnswerCut(isReset);
    }

    /// <summary>Ends in the middle, behind what has come already.</summary>
    internal void CutAfterBody(ResponseBuffer rest)
    {
        while (rest.TryTake(out Linux.Memory.BufferPart part))
        {
            Write(part);
        }
        Cut(isReset: false);
    }

    /// <summary>Counts bytes of an upgraded connection.</summary>
    internal void CountTunnel(int bytes) => _bodyPut += bytes;

    /// <summary>An upgraded connection ends.</summary>
    internal void EndTunnel()
    {
        KeepsAlive = false;
        _isDone = _isComplete = true;
        Session.Close(isReset: false);
    }

    /// <summary>The connection lets go of it: logs, and what it held.</summary>
    internal void Complete()
    {
        StopContent();
        if (!HasBegun)
        {
            return; // a part of a head has come at most
        }
        foreach (AccessLogProgram log in Place.Logs)
        {
            log.Write(this);
        }
    }

    /// <summary>Writes a line of the error log, with what the request is.</summary>
    internal void Report(ErrorLevel level, string message)
    {
        ErrorSink errors = Place.Errors;
        if (errors.Wants(level))
        {
            TextBuilder line = new();
            RequestContexts.Put(this, message, line);
            errors.Write(level, line.Text, Session.Number);
        }
    }

    /// <summary>Whatever makes a body stops.</summary>
    private void StopContent()
    {
        StopWaiting();
        _source?.Abandon(this);
        _source = null;
        Passing?.Abandon();
        DropFilters();
    }

    private void DropFilters()
    {
        foreach (Filters.BodyFilter filter in _filters)
        {
            filter.Dispose();
        }
        _filters.Clear();
    }
}
