namespace Holdfast.Config.HAProxy.Schema;

/// <summary>Fetches, converters and variables of log formats that are carried out.</summary>
internal static partial class CarriedOut
{
    private const string SampleRows = """
        Fetch: act_conn always_false always_true avg_queue base base32 base32+src baseq bc_dst bc_dst_port bc_err
        Fetch: bc_http_major bc_src bc_src_port be_conn be_conn_free be_id be_name be_sess_rate bin bool
        Fetch: capture.req.hdr capture.req.method capture.req.uri capture.req.ver capture.res.hdr capture.res.ver
        Fetch: connslots cook cook_cnt cook_val cookie date date_us dst dst_conn dst_is_local dst_port env fc_dst
        Fetch: fc_dst_is_local fc_dst_port fc_err fc_http_major fc_rcvd_proxy fc_src fc_src_is_local fc_src_port
        Fetch: fe_conn fe_defbe fe_id fe_name fe_req_rate fe_sess_rate hdr hdr_cnt hdr_ip hdr_val hostname http_auth
        Fetch: http_auth_bearer http_auth_group http_auth_pass http_auth_type http_auth_user http_first_req int ipv4
        Fetch: ipv6 meth method nbproc nbsrv path pathq payload payload_lv prio_class prio_offset proc query queue
        Fetch: rand rdp_cookie rdp_cookie_cnt rep_ssl_hello_type req.body req.body_len req.body_param req.body_size
        Fetch: req.cook req.cook_cnt req.cook_val req.fhdr req.fhdr_cnt req.hdr req.hdr_cnt req.hdr_ip req.hdr_names
        Fetch: req.hdr_val req.hdrs req.len req.payload req.payload_lv req.proto_http req.rdp_cookie
        Fetch: req.rdp_cookie_cnt req.ssl_alpn req.ssl_hello_type req.ssl_sni req.ssl_st_ext req.ssl_ver req.ver
        Fetch: req_len req_proto_http req_ssl_hello_type req_ssl_sni req_ssl_ver req_ver res.body res.body_len
        Fetch: res.body_size res.cook res.cook_cnt res.cook_val res.fhdr res.fhdr_cnt res.hdr res.hdr_cnt res.hdr_ip
        Fetch: res.hdr_names res.hdr_val res.hdrs res.len res.payload res.payload_lv res.ssl_hello_type res.ver
        Fetch: resp_ver scook scook_cnt scook_val shdr shdr_cnt shdr_ip shdr_val so_id so_name src src_is_local
        Fetch: src_port srv_conn srv_conn_free srv_id srv_is_up srv_iweight srv_name srv_queue srv_sess_rate
        Fetch: srv_uweight srv_weight ssl_bc ssl_fc status stopping str unique-id url url32 url32+src url_ip url_param
        Fetch: url_port urlp urlp_val uuid var wait_end
        Converter: add add_item and b64dec base64 bool bytes capture-req capture-res concat cpl crc32 crc32c cut_crlf
        Converter: debug digest div djb2 even field hex hex2i host_only http_date iif ipmask json length lower ltime
        Converter: ltrim map map_beg map_beg_int map_beg_ip map_beg_key map_dir map_dir_int map_dir_ip map_dir_key
        Converter: map_dom map_dom_int map_dom_ip map_dom_key map_end map_end_int map_end_ip map_end_key map_int
        Converter: map_int_int map_int_ip map_ip map_ip_int map_ip_ip map_ip_key map_reg map_reg_int map_reg_ip
        Converter: map_reg_key map_regm map_str map_str_int map_str_ip map_str_key map_sub map_sub_int map_sub_ip
        Converter: map_sub_key mod mul nbsrv neg not odd or port_only regsub rtrim sdbm secure_memcmp set-var sha1
        Converter: sha2 srv_queue strcmp sub ub64dec ub64enc unset-var upper url_dec url_enc utime word xor xxh32
        Converter: xxh64
        LogAlias: B CC CS H HM HP HPO HQ HU HV ID ST T TR Ta Tc Td Th Ti Tl Tq Tr Ts Tt Tu Tw U ac b bc bi bp bq ci cp
        LogAlias: f fc fi fp ft hr hrl hs hsl lc ms o pid r rc rt s sc si sp sq sslc sslv t tr trg trl ts tsc
        AclFlag: -i -f -m -n -M -u --
        Match: found bool int ip bin len str sub reg beg end dir dom
        """;
}
