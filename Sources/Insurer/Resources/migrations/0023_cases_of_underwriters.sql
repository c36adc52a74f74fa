-- An underwriter begins the day with his open applications.
CREATE INDEX policies_by_underwriter ON policies (underwriter_id, status) WHERE underwriter_id IS NOT NULL;
